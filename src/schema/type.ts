import type { JsonObject } from '#base/json.ts';

/** The schema language: values that describe what an object may hold. One description per kind; decoding, pruning,
 *  defaulting, OpenAPI, patch merge keys and the protobuf codec are functions of it, and so are the TypeScript types. */

declare const sample: unique symbol;

/** A leaf. `T` is its TypeScript type. */
export interface ScalarType<T> {
  readonly is: ScalarKind;
  /** The published name of a `raw` type. */
  readonly definition?: string;
  readonly [sample]?: T;
}

export type ScalarKind =
  | 'string'
  | 'boolean'
  | 'int32'
  | 'int64'
  | 'double'
  /** Base64 text. */
  | 'bytes'
  /** Canonical quantity text, such as "1500m" or "512Mi". */
  | 'quantity'
  /** A number or a text such as "10%". */
  | 'intOrString'
  /** RFC 3339, whole seconds, UTC. */
  | 'time'
  /** RFC 3339 with six fraction digits, UTC. */
  | 'microTime'
  /** Any JSON, kept as it is. */
  | 'raw';

export interface ListType<Item extends Type = Type> {
  readonly is: 'list';
  readonly item: Item;
  readonly merge: ListMerge;
}

/** How two versions of one list are brought together.
 *  `apply` is the list type of server-side apply, `patch` what strategic merge patch does. The two differ for some fields,
 *  as upstream declares them separately (`x-kubernetes-list-*` and `x-kubernetes-patch-*`). */
export interface ListMerge {
  readonly apply:
    | { readonly as: 'atomic' }
    | { readonly as: 'set' }
    | { readonly as: 'map'; readonly keys: readonly string[] };
  readonly patch:
    | { readonly as: 'replace' }
    | { readonly as: 'merge'; readonly key?: string; readonly retainKeys?: true };
}

export interface MapType<Value extends Type = Type> {
  readonly is: 'map';
  readonly value: Value;
  /** Replaced as a whole by server-side apply. */
  readonly atomic: boolean;
  /** Values may be anything: objects that hold anything in turn, lists and scalars. */
  readonly loose?: true;
}

export interface ObjectType<F extends Fields = Fields> {
  readonly is: 'object';
  /** The definition's published name, such as "io.k8s.api.batch.v1.JobSpec". */
  readonly name: string;
  readonly doc: string;
  readonly fields: F;
  /** Replaced as a whole by server-side apply. */
  readonly atomic: boolean;
  readonly unions?: readonly Union[];
  /** What fields hold that are not in `fields`; absent where there are no others. */
  readonly others?: Type;
  /** Present where users describe the objects: `fields` then serve patches alone. */
  readonly custom?: CustomShape;
}

/** How objects are read and published whose shape users define. */
export interface CustomShape {
  /** Makes the object of the keys and values of its source, in the order of the text. What has another type than the users'
   *  schema says is kept, for validation to find. */
  read(entries: Iterable<readonly [string, unknown]>, context: ReadContext): { [key: string]: unknown };
  /** The users' schema as OpenAPI version 2 or 3 has it; references to definitions begin with `definitions`. */
  published(version: 2 | 3, definitions: string): JsonObject;
}

/** What one run of a decoder carries along. */
export interface ReadContext {
  /** Where it is: fields, indexes, keys of maps. */
  readonly path: (string | number | { readonly key: string })[];
  readonly applyDefaults: boolean;
  /** Whether what is stored is read: what no longer fits is left out, rather than refused. */
  readonly keepsGoing: boolean;
  /** Notes a field of the object at `path` that is unknown or there twice. */
  report(is: 'unknown' | 'duplicate', key: string): void;
  /** Notes a field that the metadata of the embedded object at `path` do not know, or have twice. */
  reportEmbedded(is: 'unknown' | 'duplicate', key: string): void;
}

/** An object of one kind or a value of another type, told apart by whether it is an object. */
export interface ChoiceType {
  readonly is: 'choice';
  /** The published name; what it may be is not published. */
  readonly name: string;
  readonly doc: string;
  readonly object: ObjectType;
  readonly other: Type;
  /** Protobuf knows it as a message that has a field for each. */
  readonly proto: { readonly object: number; readonly other: number };
}

/** Fields of which the one that the discriminator names may be set; published for clients, checked by validation. */
export interface Union {
  readonly discriminator?: string;
  /** Field names to the discriminator's values. */
  readonly fields: { readonly [name: string]: string };
}

/** Not `ObjectType<Fields>` itself, to keep the type finite where schemas refer to each other. */
export type Type = ScalarType<unknown> | ListType | MapType | ObjectType | ChoiceType;

/** When a field is there, following the Go tags that clients were built against.
 *  - `required`: must be given; written even when empty.
 *  - `always`: may be left out by the client, but is written even when empty (`status: {}`).
 *  - `optional`: a pointer, list or map; there when set. An empty list or map counts as unset; zero and false are values.
 *  - `nonzero`: a plain scalar; its zero (0, false, "") counts as unset. */
export type Presence = 'required' | 'always' | 'optional' | 'nonzero';

export interface Field<T extends Type = Type, P extends Presence = Presence> {
  /** Protobuf field number; 0 for fields that do not travel in protobuf messages (apiVersion, kind). */
  readonly proto: number;
  readonly presence: P;
  /** Resolves the type; a function so that schemas may refer to themselves. */
  readonly type: T;
  readonly doc: string;
  readonly options: FieldOptions;
}

export interface FieldOptions {
  /** Shown in OpenAPI and applied when the field is absent. */
  readonly default?: string | number | boolean;
  /** Allowed values, for OpenAPI and for suggestions; validation quotes them in this order. */
  readonly values?: readonly string[];
  /** Strategic merge of this object drops stored keys that the patch does not list (unions such as a volume's source). */
  readonly retainKeys?: true;
  /** Strategic merge replaces this object as a whole instead of merging into it. */
  readonly replaced?: true;
  /** Server-side apply replaces this object, list or map as a whole, whatever its own type says. */
  readonly atomic?: true;
  /** Server-side apply owns the fields of this object one by one, although its own type is replaced as a whole. */
  readonly granular?: true;
  /** It must be given, and yet stays absent when it is not, for validation to find out: the zero value means something else
   *  (a selector that is empty, instead of none). */
  readonly nullable?: true;
  /** The zero value is published as the default although the field need not be there. */
  readonly zeroDefault?: true;
  /** Optional, and yet a plain value for Go: protobuf has its zero where JSON has nothing. */
  readonly plain?: true;
  /** In protobuf the field stands in a message of its own, which is the field of this number (Go embeds that struct); in one inside
   *  another, where there are more numbers. */
  readonly embedded?: readonly number[];
}

export type Fields = { readonly [name: string]: Field };

/** The TypeScript type of the values a schema describes. */
export type Infer<T extends Type> =
  T extends ScalarType<infer S>
    ? S
    : T extends ListType<infer Item>
      ? readonly Infer<Item>[]
      : T extends MapType<infer Value>
        ? { readonly [key: string]: Infer<Value> }
        : T extends ObjectType<infer F>
          ? InferFields<F>
          : never;

type Kept<F extends Fields> = { [K in keyof F]: F[K]['presence'] extends 'required' | 'always' ? K : never }[keyof F];

export type InferFields<F extends Fields> = { readonly [K in Kept<F>]: Infer<F[K]['type']> } & {
  readonly [K in Exclude<keyof F, Kept<F>>]?: Infer<F[K]['type']>;
};

/** A value under construction: the same fields, not yet frozen. */
export type Draft<T> = T extends readonly (infer Item)[]
  ? Draft<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: Draft<T[K]> }
    : T;
