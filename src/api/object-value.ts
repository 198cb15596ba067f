import { deepFreeze, jsonEqual } from '#base/json.ts';
import { apiVersionOf, type ResourceDefinition, type ViewDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { equalButTimes, type ManagedFields } from '#patch/managed/entry.ts';
import type { Entry, Revision, Value } from '#store/store.ts';
import { readStored } from './decoding.ts';
import { objectText } from './object-text.ts';

/** What we write under a key: the object without its resourceVersion, which is the revision of the write and so not yet
 *  known. A store in this process hands the same value back, and its readers share the object; the text is made only if
 *  somebody asks for it (spec: api.md section 23). */
export class ObjectValue implements Value {
  readonly object: KubeObject;
  private encoded: string | undefined;

  constructor(object: KubeObject) {
    this.object = object;
  }

  get text(): string {
    this.encoded ??= objectText(this.object);
    return this.encoded;
  }
}

/** What is stored of `object`: itself, or what it is a view of. */
export function storedValue({ view }: ResourceDefinition, object: KubeObject): ObjectValue {
  return new ObjectValue(view === undefined ? object : (deepFreeze(view.store(object)) as KubeObject));
}

/** The object of each value ever read; a value belongs to exactly one revision. */
const objects = new WeakMap<Value, KubeObject>();
/** Where an object's stored text can be had. */
const values = new WeakMap<KubeObject, Value>();
/** What stored objects look like through each view of them. */
const shown = new WeakMap<ViewDefinition, WeakMap<KubeObject, KubeObject>>();
const encodings = new WeakMap<object, string>();

/** The frozen object at `entry`, its resourceVersion filled in. Decoded once, however many ask. */
export function objectOf(definition: ResourceDefinition, entry: Entry): KubeObject {
  return objectAt(definition, entry.value, entry.modRevision);
}

/** As `objectOf`, for a value whose write had this revision. */
export function objectAt(definition: ResourceDefinition, value: Value, revision: Revision): KubeObject {
  const { view } = definition;
  return view === undefined ? storedAt(definition, value, revision) : shownAs(view, storedAt(view.of, value, revision));
}

function shownAs(view: ViewDefinition, stored: KubeObject): KubeObject {
  const seen = shown.get(view) ?? new WeakMap<KubeObject, KubeObject>();
  shown.set(view, seen);
  const known = seen.get(stored);
  if (known !== undefined) return known;
  const object = deepFreeze(view.show(stored)) as KubeObject;
  seen.set(stored, object);
  return object;
}

/** The same entry with nothing remembered about it: its text is read again, by whatever definition comes to look at it. */
export function readAgain(entry: Entry): Entry {
  const { value } = entry;
  const again: Value = {
    get text() {
      return value.text;
    },
  };
  return { ...entry, value: again };
}

function storedAt(definition: ResourceDefinition, value: Value, revision: Revision): KubeObject {
  const known = objects.get(value);
  if (known !== undefined) return known;
  const stored = value instanceof ObjectValue ? value.object : readStored(definition, value.text);
  const object = withRevision(stored, revision);
  objects.set(value, object);
  values.set(object, value);
  return object;
}

/** `object` as it is at another revision. */
export function withRevision(object: KubeObject, revision: Revision): KubeObject {
  const metadata = Object.freeze({ ...object.metadata, resourceVersion: String(revision) });
  return Object.freeze({ ...object, metadata });
}

/** `draft` as a finished, frozen object: kind and apiVersion first, no resourceVersion unless given. */
export function sealed(definition: ResourceDefinition, draft: KubeObject, resourceVersion?: string): KubeObject {
  const { kind: _kind, apiVersion: _apiVersion, metadata, ...rest } = draft;
  const { resourceVersion: _old, ...kept } = metadata;
  const sealedMetadata = resourceVersion === undefined ? kept : { ...kept, resourceVersion };
  const object = { kind: definition.kind, apiVersion: apiVersionOf(definition), metadata: sealedMetadata, ...rest };
  return deepFreeze(object) as KubeObject;
}

/** The object as JSON, made at most once however many watchers and readers there are; kind and apiVersion come first.
 *  `object` must be frozen or never change again. */
export function encodedJson(object: object): string {
  const known = encodings.get(object);
  if (known !== undefined) return known;
  const text = encode(object);
  encodings.set(object, text);
  return text;
}

/** As `encodedJson`, without kind and apiVersion: how a built-in list shows its items (spec: api.md section 2.3). */
export function encodedItem(object: KubeObject): string {
  const prefix = `{"kind":${JSON.stringify(object.kind)},"apiVersion":${JSON.stringify(object.apiVersion)},`;
  const text = encodedJson(object);
  return text.startsWith(prefix) ? `{${text.slice(prefix.length)}` : text;
}

/** The stored text serves for the answer too: only the resourceVersion is missing in it. */
function encode(object: object): string {
  const value = values.get(object as KubeObject);
  if (!(value instanceof ObjectValue)) return JSON.stringify(object);
  const { text } = value;
  const mark = '"metadata":{';
  const at = text.indexOf(mark);
  const { kind, apiVersion, metadata } = object as KubeObject;
  const expected = `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},`;
  if (at !== expected.length) return JSON.stringify(object);
  const cut = at + mark.length;
  return `${text.slice(0, cut)}"resourceVersion":"${metadata.resourceVersion}",${text.slice(cut)}`;
}

/** Whether a sealed object says what the stored one says already, so that there is nothing to write. Merely newer times in its
 *  managed fields are nothing (spec: api.md sections 7.3 and 9.2). */
export function sameContent(object: KubeObject, stored: KubeObject): boolean {
  const { managedFields, ...metadata } = object.metadata;
  const { resourceVersion: _revision, managedFields: storedFields, ...storedMetadata } = stored.metadata;
  return (
    jsonEqual({ ...object, metadata }, { ...stored, metadata: storedMetadata }) &&
    equalButTimes((managedFields ?? []) as ManagedFields, (storedFields ?? []) as ManagedFields)
  );
}
