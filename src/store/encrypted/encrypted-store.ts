import {
  type Entry,
  type RangeOptions,
  type RangeResult,
  type Revision,
  type Store,
  StoreError,
  type StoreEvent,
  type StoreWatcher,
  type Value,
  type Write,
  type WriteResult,
} from '#store/store.ts';
import { type Provider, sealedPrefix } from './provider.ts';

/** How the content of some keys is stored: the first provider writes, all read. */
export interface EncryptionRule {
  /** The keys that begin so. */
  readonly prefix: string;
  readonly providers: readonly [Provider, ...Provider[]];
}

/** A store whose backend sees only sealed content of the keys that a rule is about; the first rule that fits a key counts. Content
 *  that cannot be opened is never taken for absent: reads throw `StoreError`, watches end with it. */
export function createEncryptedStore(backend: Store, rules: readonly EncryptionRule[]): Store {
  return new EncryptedStore(backend, rules);
}

/** What the backend is given: sealed when somebody asks for its text, and so not at all by a backend in memory. */
class SealedValue implements Value {
  readonly content: Value;
  private readonly provider: Provider;
  private readonly key: string;
  private sealed: string | undefined;

  constructor(content: Value, provider: Provider, key: string) {
    this.content = content;
    this.provider = provider;
    this.key = key;
  }

  get text(): string {
    this.sealed ??= this.provider.prefix + this.provider.seal(this.content.text, this.key);
    return this.sealed;
  }
}

class EncryptedStore implements Store {
  private readonly backend: Store;
  private readonly rules: readonly EncryptionRule[];
  /** Values of the backend as they were opened: who shares one there shares it here. */
  private readonly opened = new WeakMap<Value, Value>();

  constructor(backend: Store, rules: readonly EncryptionRule[]) {
    this.backend = backend;
    this.rules = rules;
  }

  get revision(): Revision {
    return this.backend.revision;
  }

  get compacted(): Revision {
    return this.backend.compacted;
  }

  async get(key: string): Promise<Entry | undefined> {
    return this.entryOf(await this.backend.get(key));
  }

  async range(options: RangeOptions): Promise<RangeResult> {
    const result = await this.backend.range(options);
    return { ...result, entries: result.entries.map((entry) => this.entryOf(entry)) };
  }

  async write(write: Write): Promise<WriteResult> {
    const result = await this.backend.write(this.sealedWrite(write));
    return result.ok
      ? { ...result, previous: this.replacedEntry(result.previous) }
      : { ...result, current: this.entryOf(result.current) };
  }

  watch(prefix: string, after: Revision, watcher: StoreWatcher): () => void {
    let ended = false;
    let stop = (): void => {};
    const end = (): void => {
      ended = true;
      stop();
    };
    stop = this.backend.watch(prefix, after, {
      event: (event) => {
        if (ended) return;
        const opened = this.tryOpen(event);
        if (!(opened instanceof Error)) return watcher.event(opened);
        end();
        watcher.closed(opened);
      },
      closed: (cause) => {
        if (!ended) watcher.closed(cause);
      },
    });
    // A past event may have ended it before there was anything to stop.
    if (ended) stop();
    return end;
  }

  compact(revision: Revision): Promise<void> {
    return this.backend.compact(revision);
  }

  close(): Promise<void> {
    return this.backend.close();
  }

  private tryOpen(event: StoreEvent): StoreEvent | Error {
    try {
      return event.type === 'put'
        ? { ...event, entry: this.entryOf(event.entry), previous: this.entryOf(event.previous) }
        : { ...event, previous: this.entryOf(event.previous) };
    } catch (error) {
      return error as Error;
    }
  }

  /** What a write has replaced is gone: that nobody can read it any more is no reason to call the write a failure. */
  private replacedEntry(entry: Entry | undefined): Entry | undefined {
    try {
      return this.entryOf(entry);
    } catch {
      return entry;
    }
  }

  private providersFor(key: string): EncryptionRule['providers'] | undefined {
    return this.rules.find(({ prefix }) => key.startsWith(prefix))?.providers;
  }

  private sealedWrite(write: Write): Write {
    const [writer] = this.providersFor(write.key) ?? [];
    if (write.op === 'delete' || writer === undefined) return write;
    return { ...write, value: new SealedValue(write.value, writer, write.key) };
  }

  private entryOf(entry: Entry): Entry;
  private entryOf(entry: Entry | undefined): Entry | undefined;
  private entryOf(entry: Entry | undefined): Entry | undefined {
    if (entry === undefined) return undefined;
    const { value, key } = entry;
    if (value instanceof SealedValue) return { ...entry, value: value.content };
    const providers = this.providersFor(key);
    if (providers === undefined) return entry;
    let known = this.opened.get(value);
    if (known === undefined) {
      known = openValue(key, value.text, providers);
      this.opened.set(value, known);
    }
    return { ...entry, value: known };
  }
}

function openValue(key: string, stored: string, providers: EncryptionRule['providers']): Value {
  const provider = providers.find(({ prefix }) =>
    prefix === '' ? !stored.startsWith(sealedPrefix) : stored.startsWith(prefix),
  );
  if (provider === undefined) throw new StoreError(`Cannot read ${key}: ${missingText(stored)}`);
  try {
    return { text: provider.open(stored.slice(provider.prefix.length), key), stale: provider !== providers[0] };
  } catch {
    const why = `its content does not fit ${provider.name}: the secret of that key is another one, or the content is damaged`;
    throw new StoreError(
      `Cannot read ${key}: ${why}. Nothing was changed; start again with the secret it was written with`,
    );
  }
}

function missingText(stored: string): string {
  if (!stored.startsWith(sealedPrefix)) {
    return 'it is stored as plain text, which the encryption configuration has no provider for; add "identity: {}" to read it';
  }
  return `${sealedText(stored)}, which is not in the encryption configuration; add that key to the providers of this resource`;
}

/** Throws `StoreError` for an entry whose content nobody has opened: its store was opened without its keys. */
export function requireOpened({ key, value }: Entry): void {
  // Asked of everything that is stored, at every start: texts are to stay on the disk.
  if (!(value.startsWith?.(sealedPrefix) ?? value.text.startsWith(sealedPrefix))) return;
  const help = 'start with the --encryption-provider-config that it was written with';
  throw new StoreError(`Cannot read ${key}: ${sealedText(value.text)}; ${help}`);
}

/** Says of stored content by what it was encrypted. */
function sealedText(stored: string): string {
  const [provider = '', , key = ''] = stored.slice(sealedPrefix.length).split(':', 3);
  return `it is encrypted with ${provider} key "${key}"`;
}
