import { asGoWrites, deepFreeze, jsonEqual } from '#base/json.ts';
import { apiVersionOf, type ResourceDefinition, type ViewDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { equalButTimes, type ManagedFields } from '#patch/managed/entry.ts';
import type { Entry, Revision, Value } from '#store/store.ts';
import { readStored } from './decoding.ts';
import { type ObjectText, objectText } from './object-text.ts';

/** What we write under a key: the object without its resourceVersion, which is the revision of the write and so not yet
 *  known. A store in this process hands the same value back, and its readers share the object; the text is made only if
 *  somebody asks for it (spec: api.md section 23). */
export class ObjectValue implements Value {
  readonly object: KubeObject;
  private made: ObjectText | undefined;

  constructor(object: KubeObject) {
    this.object = object;
  }

  get encoded(): ObjectText {
    this.made ??= objectText(this.object);
    return this.made;
  }

  get text(): string {
    return this.encoded.text;
  }

  get size(): number | undefined {
    return this.made?.text.length;
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
/** Of what has no stored text of ours: read from disk, or never stored. */
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

/** Whether the object of `value` is at hand, or its text has yet to be read. */
export function isRead(value: Value): boolean {
  return value instanceof ObjectValue || objects.has(value);
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
    ...(value.stale === true ? { stale: true } : {}),
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
  return deepFreeze({ ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } });
}

/** `draft` as a finished, frozen object: kind and apiVersion first, no resourceVersion unless given. */
export function sealed(definition: ResourceDefinition, draft: KubeObject, resourceVersion?: string): KubeObject {
  const { kind: _kind, apiVersion: _apiVersion, metadata, ...rest } = draft;
  const { resourceVersion: _old, ...kept } = metadata;
  const sealedMetadata = resourceVersion === undefined ? kept : { ...kept, resourceVersion };
  const object = { kind: definition.kind, apiVersion: apiVersionOf(definition), metadata: sealedMetadata, ...rest };
  return deepFreeze(object) as KubeObject;
}

/** The object as JSON, encoded at most once however many watchers and readers there are; kind and apiVersion come first.
 *  `object` must be frozen or never change again. */
export function encodedJson(object: object): string {
  const text = wholeText(object);
  return isCompared(object) ? asGoWrites(text) : text;
}

/** Of a revision's data clients keep the bytes, and compare them with what they would write themselves: kubectl, to tell whether a
 *  template has come back. Upstream escapes all that it answers; for the rest that makes no difference but in size. */
function isCompared(object: object): boolean {
  return 'kind' in object && object.kind === 'ControllerRevision';
}

function wholeText(object: object): string {
  const stored = storedText(object);
  if (stored === undefined) return remembered(object);
  const { text, metadataStart } = stored;
  return `${text.slice(0, metadataStart)}{${revisionText(object as KubeObject)}${text.slice(metadataStart + 1)}`;
}

/** As `encodedJson`, without kind and apiVersion: how a built-in list shows its items (spec: api.md section 2.3). */
export function encodedItem(object: KubeObject): string {
  const head = `{"kind":${JSON.stringify(object.kind)},"apiVersion":${JSON.stringify(object.apiVersion)},`;
  const mark = '"metadata":';
  const stored = storedText(object);
  if (stored?.metadataStart === head.length + mark.length && !isCompared(object)) {
    return `{${mark}{${revisionText(object)}${stored.text.slice(stored.metadataStart + 1)}`;
  }
  const text = encodedJson(object);
  return text.startsWith(head) ? `{${text.slice(head.length)}` : text;
}

/** The object's metadata alone. */
export function encodedMetadata(object: KubeObject): string {
  const stored = storedText(object);
  if (stored === undefined) return remembered(object.metadata);
  return `{${revisionText(object)}${stored.text.slice(stored.metadataStart + 1, stored.metadataEnd)}`;
}

/** How long the object's stored text is; 0 where there is none yet. */
export function storedSize(object: KubeObject): number {
  return values.get(object)?.size ?? 0;
}

function remembered(value: object): string {
  let text = encodings.get(value);
  if (text === undefined) {
    text = JSON.stringify(value);
    encodings.set(value, text);
  }
  return text;
}

/** The stored text serves for the answer too, as only the resourceVersion is missing in it. Slices of it cost next to nothing and
 *  are not kept, so that an object has one text in memory. */
function storedText(object: object): ObjectText | undefined {
  const value = values.get(object as KubeObject);
  if (!(value instanceof ObjectValue)) return undefined;
  const { encoded } = value;
  // Metadata that holds nothing, or none: there is nothing for the revision to stand before.
  return encoded.metadataEnd - encoded.metadataStart > 2 ? encoded : undefined;
}

function revisionText({ metadata }: KubeObject): string {
  return `"resourceVersion":${JSON.stringify(metadata.resourceVersion)},`;
}

/** Whether the store asks for the object to be written again, even unchanged. */
export function isStale(stored: KubeObject): boolean {
  return values.get(stored)?.stale === true;
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
