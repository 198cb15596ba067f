import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import { fieldError } from '#kinds/meta/field-error.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
import { DecodeContext, DecodeError, entriesOf, fieldText } from '#schema/decode-context.ts';
import { decoderOf } from '#schema/decode-object.ts';
import { ExactNumber, plain, RepeatedKeys, setKey } from '#schema/json-source.ts';
import type { ReadContext } from '#schema/type.ts';

type Values = { [key: string]: unknown };
type Entries = Iterable<readonly [string, unknown]>;

/** What an unknown field is worth: `pruned` ones are dropped and reported, `kept` ones stay. */
type Unknown = 'pruned' | 'kept';

const metaFields = ['apiVersion', 'kind', 'metadata'];

/** The schema that all items of a list have. */
export function itemsOf(schema: JSONSchemaProps | undefined): JSONSchemaProps | undefined {
  const items = schema?.items;
  return items === undefined || Array.isArray(items) ? undefined : (items as JSONSchemaProps);
}

/** The schema of a field that an object is known to have. */
export function propertyOf(schema: JSONSchemaProps | undefined, key: string): JSONSchemaProps | undefined {
  const properties = schema?.properties;
  return properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
}

/** The schema of all fields of a map; undefined also where anything is allowed. */
export function valuesOf(schema: JSONSchemaProps | undefined): JSONSchemaProps | undefined {
  const { additionalProperties } = schema ?? {};
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

/** Makes a plain object of the entries of a custom resource, or of an object embedded in one (spec: api.md sections 10.2 and 21):
 *  unknown fields are dropped and reported, nulls that the schema does not allow count as absent, defaults are filled in, and
 *  metadata is read as everywhere. Values of a wrong type are kept: that is for validation. */
export function readResource(entries: Entries, schema: JSONSchemaProps, context: ReadContext): Values {
  return new Reader(context).object(entries, schema, unknownIn(schema, 'pruned'), true);
}

function unknownIn(schema: JSONSchemaProps | undefined, otherwise: Unknown): Unknown {
  return schema?.['x-kubernetes-preserve-unknown-fields'] === true ? 'kept' : otherwise;
}

/** Whoever walks a value that is nested deeper could run out of stack. */
const depthMax = 1_000;

class Reader {
  private readonly context: ReadContext;
  private readonly tellsOfMetadata: boolean;

  constructor(context: ReadContext, tellsOfMetadata = true) {
    this.context = context;
    this.tellsOfMetadata = tellsOfMetadata;
  }

  object(entries: Entries, schema: JSONSchemaProps | undefined, unknown: Unknown, isResource: boolean): Values {
    const object: Values = {};
    const seen = new Set<string>();
    for (const [key, value] of entries) {
      if (value === undefined) continue;
      if (seen.has(key)) this.context.report('duplicate', key);
      seen.add(key);
      this.context.path.push(isKeyOfMap(key, schema) ? { key } : key);
      const read =
        isResource && metaFields.includes(key) ? this.meta(key, value) : this.field(key, value, schema, unknown);
      this.context.path.pop();
      if (read === unknownField) this.context.report('unknown', key);
      else if (read !== undefined) setKey(object, key, read);
      else delete object[key];
    }
    if (schema?.['x-kubernetes-embedded-resource'] === true) this.fillInMetadata(object, schema);
    this.fillIn(object, schema);
    return object;
  }

  /** What every object has. What is wrong with that of an embedded one is told with the way to it, as of a field. */
  private meta(key: string, value: unknown): unknown {
    const isRoot = this.context.path.length === 1;
    if (key !== 'metadata') {
      if (isRoot || typeof value === 'string') return value;
      return this.refused(value, 'must be a string');
    }
    const inside = new DecodeContext(this.context.applyDefaults);
    const read = decoderOf(ObjectMeta).decodeValue(value, inside, undefined, '');
    if (this.tellsOfMetadata) this.tell(inside, isRoot);
    const { mismatch } = inside;
    if (mismatch === undefined) return read;
    if (this.context.keepsGoing) return soundMetadata(value);
    if (!isRoot) return this.refused(value, mismatch.message);
    // The context is that of the decoder that runs.
    (this.context as DecodeContext).mismatch ??= mismatch;
    return read;
  }

  private tell({ problems }: DecodeContext, isRoot: boolean): void {
    for (const { is, path } of problems) {
      if (is === 'yaml') continue;
      if (isRoot) this.context.report(is, path);
      else this.context.reportEmbedded(is, path);
    }
  }

  /** Notes that an embedded object cannot have this value where the reader is; in what is stored it counts as absent. */
  private refused(value: unknown, why: string): undefined {
    if (this.context.keepsGoing) return undefined;
    const field = fieldText(this.context.path);
    const { message } = fieldError.invalid(field, plain(value), why);
    (this.context as DecodeContext).mismatch ??= new DecodeError(`${field}: ${message}`);
    return undefined;
  }

  private field(key: string, value: unknown, schema: JSONSchemaProps | undefined, unknown: Unknown): unknown {
    const property = propertyOf(schema, key);
    if (property !== undefined) return this.typed(value, property);
    const additional = schema?.additionalProperties;
    if (additional !== undefined && additional !== false) {
      const values = valuesOf(schema);
      // Where anything is allowed as a value, upstream still prunes the fields inside it.
      return values === undefined ? this.value(value, undefined, 'pruned') : this.typed(value, values);
    }
    return unknown === 'pruned' ? unknownField : this.value(value, undefined, 'kept');
  }

  /** A value with a schema of its own; undefined for a null that it does not allow and does not replace. */
  private typed(value: unknown, schema: JSONSchemaProps): unknown {
    if (value === null && schema.nullable !== true) return this.defaultOf(schema);
    return this.value(value, schema, unknownIn(schema, 'pruned'));
  }

  value(value: unknown, schema: JSONSchemaProps | undefined, unknown: Unknown): unknown {
    if (this.context.path.length > depthMax) throw new DecodeError(`exceeded max depth of ${depthMax}`);
    if (Array.isArray(value)) return this.list(value, schema, unknown);
    if (value instanceof ExactNumber) return numberOf(value);
    const entries = entriesOf(value);
    if (entries === undefined) return value;
    return this.object(entries, schema, unknown, schema?.['x-kubernetes-embedded-resource'] === true);
  }

  private list(items: readonly unknown[], schema: JSONSchemaProps | undefined, unknown: Unknown): unknown[] {
    const item = itemsOf(schema);
    return items.map((value, index) => {
      this.context.path.push(index);
      const read = this.item(value ?? null, item, unknown);
      this.context.path.pop();
      return read;
    });
  }

  private item(value: unknown, schema: JSONSchemaProps | undefined, unknown: Unknown): unknown {
    if (value === null) return schema?.nullable === true ? null : (this.defaultOf(schema) ?? null);
    // Fields unknown to a list that keeps them are unknown to its items, which keep them too.
    return this.value(value, schema, unknownIn(schema, unknown));
  }

  private fillIn(object: Values, schema: JSONSchemaProps | undefined): void {
    if (schema?.properties === undefined || !this.context.applyDefaults) return;
    for (const key of Object.keys(schema.properties)) {
      if (Object.hasOwn(object, key)) continue;
      const value = this.defaultOf(propertyOf(schema, key));
      if (value !== undefined) setKey(object, key, value);
    }
  }

  /** The defaults that a schema has for the metadata of an embedded object; what metadata do not know is dropped from them. */
  private fillInMetadata(object: Values, schema: JSONSchemaProps): void {
    const inside = propertyOf(schema, 'metadata');
    const metadata = object.metadata ?? inside?.default;
    if (inside === undefined || metadata === undefined || !this.context.applyDefaults) return;
    const filled = new Reader(quiet).value(metadata, inside, 'kept');
    object.metadata = decoderOf(ObjectMeta).decodeValue(filled, new DecodeContext(false), undefined, '') ?? filled;
  }

  /** A copy of the default of a schema, with the defaults inside it. */
  private defaultOf(schema: JSONSchemaProps | undefined): unknown {
    if (schema?.default === undefined || !this.context.applyDefaults) return undefined;
    return new Reader(quiet).value(schema.default, schema, unknownIn(schema, 'pruned'));
  }
}

/** Whether a key of an object is that of a map, rather than the name of a field. */
function isKeyOfMap(key: string, schema: JSONSchemaProps | undefined): boolean {
  return propertyOf(schema, key) === undefined && valuesOf(schema) !== undefined;
}

/** The fields of stored metadata that can be read, each by itself: the object was stored before its schema called it embedded
 *  (spec: api.md section 21). What is no object at all stays what it is. */
function soundMetadata(value: unknown): unknown {
  const entries = entriesOf(value);
  if (entries === undefined) return plain(value);
  const sound = entries.filter(([key, field]) => {
    const alone = new DecodeContext(false);
    decoderOf(ObjectMeta).decodeValue({ [key]: field }, alone, undefined, '');
    return alone.mismatch === undefined;
  });
  return decoderOf(ObjectMeta).decodeValue(Object.fromEntries(sound), new DecodeContext(false), undefined, '');
}

/** A whole number that JavaScript would round silently is refused, as in built-in kinds; upstream keeps it. */
function numberOf({ text }: ExactNumber): number {
  const number = Number(text);
  if (/^-?\d+$/.test(text) && !Number.isSafeInteger(number)) {
    throw new DecodeError(`json: cannot unmarshal number ${text} into Go value of type int64`);
  }
  return number;
}

/** Stands for a field that is to be reported and dropped. */
const unknownField = Symbol('unknown field');

/** Nobody is told of what is wrong with a default: it was checked with the definition. */
const quiet: ReadContext = new DecodeContext(true);

/** `value` as plain JSON, pruned and with the defaults of `schema`, and the unknown fields that were dropped from it, but for those of
 *  embedded metadata. */
export function readValue(
  value: unknown,
  schema: JSONSchemaProps,
): { readonly value: unknown; readonly unknown: readonly string[] } {
  const context = new DecodeContext(true);
  const source = value instanceof RepeatedKeys ? Object.fromEntries(value.entries) : value;
  const read = new Reader(context, false).value(source, schema, unknownIn(schema, 'pruned'));
  return { value: read, unknown: context.problems.map(({ path }) => path) };
}
