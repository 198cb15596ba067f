import { isObject, type Json, type JsonObject, jsonCopy, jsonEqual } from '#base/json.ts';
import { PatchError } from '#patch/patch-error.ts';
import { get, goKind, put } from '#patch/tree.ts';

const operationsMax = 10_000;
/** What all `copy` operations of one patch may add together, in characters of JSON: the limit of a request body. */
const copiedCharactersMax = 3 * 1024 * 1024;

type Container = Json[] | { [key: string]: Json };

/** Applies a JSON patch (RFC 6902) to an object. Neither is changed. All or nothing: an operation that fails is a 422 that does
 *  not tell which one, as upstream's (spec: api.md section 8.2); a body that is no list of operations is a 400, too many are a 413.
 *  Upstream's leniency is kept: `replace` of an absent key sets it, an absent key equals null in `test`, a negative index
 *  counts from the end. */
export function applyJsonPatch(value: object, patch: Json): Json {
  const draft = new PatchedDocument(value as JsonObject);
  for (const operation of operationsOf(patch)) draft.apply(operation);
  return draft.root;
}

function operationsOf(patch: Json): readonly JsonObject[] {
  if (patch === null) return [];
  if (!Array.isArray(patch)) throw undecodable(patch, 'jsonpatch.Patch');
  if (patch.length > operationsMax) {
    const message = `The allowed maximum operations in a JSON patch is ${operationsMax}, got ${patch.length}`;
    throw new PatchError({ status: 413, message });
  }
  for (const operation of patch) if (!isObject(operation)) throw undecodable(operation, 'jsonpatch.Operation');
  return patch as readonly JsonObject[];
}

function undecodable(value: Json, into: string): PatchError {
  return new PatchError({
    status: 400,
    message: `json: cannot unmarshal ${goKind(value)} into Go value of type ${into}`,
  });
}

function failed(): PatchError {
  return new PatchError({ status: 422, message: 'the server rejected our request due to an error in our request' });
}

/** A document that is copied as far as it is changed. Containers in `owned` belong to this patch alone; all others
 *  may be shared with the stored object or the patch. */
class PatchedDocument {
  root: Json;
  readonly #owned = new Set<Json>();
  #copiedCharacters = 0;

  constructor(root: JsonObject) {
    this.root = root;
  }

  apply(operation: JsonObject): void {
    const path = pointer(operation, 'path');
    switch (get(operation, 'op')) {
      case 'add':
        this.#add(path, get(operation, 'value') ?? null);
        break;
      case 'replace':
        this.#replace(path, get(operation, 'value') ?? null);
        break;
      case 'remove':
        this.#remove(path);
        break;
      case 'move':
        this.#add(path, this.#remove(pointer(operation, 'from')));
        break;
      case 'copy':
        this.#add(path, this.#copyOf(pointer(operation, 'from')));
        break;
      case 'test':
        if (!jsonEqual(this.#read(path), get(operation, 'value') ?? null)) throw failed();
        break;
      default:
        throw failed();
    }
  }

  #add(path: readonly string[], value: Json): void {
    const key = path.at(-1);
    if (key === undefined) {
      this.root = value;
      return;
    }
    const parent = this.#writable(path.slice(0, -1));
    if (!Array.isArray(parent)) put(parent, key, value);
    else if (key === '-') parent.push(value);
    else parent.splice(indexIn(key, parent.length + 1), 0, value);
  }

  #replace(path: readonly string[], value: Json): void {
    const key = path.at(-1);
    if (key === undefined) {
      this.root = value;
      return;
    }
    const parent = this.#writable(path.slice(0, -1));
    if (Array.isArray(parent)) parent[indexIn(key, parent.length)] = value;
    else put(parent, key, value);
  }

  #remove(path: readonly string[]): Json {
    const key = path.at(-1);
    if (key === undefined) throw failed();
    const parent = this.#writable(path.slice(0, -1));
    if (Array.isArray(parent)) return parent.splice(indexIn(key, parent.length), 1)[0] as Json;
    const value = get(parent, key);
    if (value === undefined) throw failed();
    delete parent[key];
    return value;
  }

  #copyOf(path: readonly string[]): Json {
    if (path.length === 0) throw failed();
    const value = this.#read(path);
    this.#copiedCharacters += JSON.stringify(value).length;
    if (this.#copiedCharacters > copiedCharactersMax) throw failed();
    return jsonCopy(value);
  }

  /** The value at `path`; null where the last step leads to an absent key. */
  #read(path: readonly string[]): Json {
    let at: Json | undefined = this.root;
    for (const [step, key] of path.entries()) {
      if (Array.isArray(at)) at = at[indexIn(key, at.length)];
      else if (isObject(at)) at = get(at, key);
      else throw failed();
      if (at === undefined && step < path.length - 1) throw failed();
    }
    return at ?? null;
  }

  /** The container at `path`, made this document's own together with all above it. */
  #writable(path: readonly string[]): Container {
    let at = this.#own(this.root);
    this.root = at;
    for (const key of path) {
      if (Array.isArray(at)) {
        const index = indexIn(key, at.length);
        const below: Container = this.#own(at[index]);
        at[index] = below;
        at = below;
      } else {
        const below: Container = this.#own(get(at, key));
        put(at, key, below);
        at = below;
      }
    }
    return at;
  }

  #own(value: Json | undefined): Container {
    if (value === undefined || value === null || typeof value !== 'object') throw failed();
    if (this.#owned.has(value)) return value as Container;
    const copy: Container = Array.isArray(value) ? [...value] : { ...(value as JsonObject) };
    this.#owned.add(copy);
    return copy;
  }
}

function pointer(operation: JsonObject, member: 'path' | 'from'): readonly string[] {
  const text = get(operation, member);
  if (typeof text !== 'string' || (text !== '' && !text.startsWith('/'))) throw failed();
  return text
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function indexIn(key: string, length: number): number {
  if (!/^[+-]?\d+$/.test(key)) throw failed();
  const index = Number(key) < 0 ? Number(key) + length : Number(key);
  if (index < 0 || index >= length) throw failed();
  return index;
}
