import type { RandomStream } from '#base/random.ts';
import type { Millis } from '#base/units.ts';
import type { FieldError } from '#kinds/meta/field-error.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Draft, ObjectType } from '#schema/type.ts';

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** One resource of the API: what it is called and what its kind's rules are. It is a plain value; the API server does the
 *  work. `T` is the TypeScript type of its objects. */
export interface ResourceDefinition<T extends KubeObject = KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly schema: ObjectType;
  /** Served beside the object itself, such as "status"; sorted by name. */
  readonly subresources: readonly SubresourceDefinition[];
  readonly rules: KindRules<T>;
  readonly table: TableDefinition<T>;
  /** Field selectors besides metadata.name and metadata.namespace; an absent value reads as "". */
  readonly selectableFields: { readonly [path: string]: (object: T) => string };
  /** Other names that selectors may use for a field. */
  readonly fieldAliases?: { readonly [alias: string]: string };
  /** Present where the objects are those of another resource in another shape: they are stored once, as that one. */
  readonly view?: ViewDefinition;
  /** The text for a field selector that is not known. Unless given: `field label not supported: <path>` for resources with
   *  selectable fields of their own, and for others a text that names the two they have. */
  readonly unknownSelectorText?: (path: string) => string;
  /** Sent as a Warning with every answer, for what should be asked for in another way. */
  readonly deprecation?: string;
  /** Present where `/scale` says and sets how many of something there are. */
  readonly scale?: ScalePaths;
  /** Present where a CustomResourceDefinition describes the resource. The name of `schema` is then the published one: the parts of
   *  the group turned round, version and kind, such as "com.example.stable.v1.CronTab". */
  readonly custom?: CustomTraits;
}

/** What sets one version of a custom resource apart from built-in ones (spec: api.md section 21). */
export interface CustomTraits {
  /** The kind of its lists. */
  readonly listKind: string;
  /** The definition is being deleted: nothing new is created. */
  readonly terminating?: true;
  /** Only a webhook could turn objects into this version, or out of it. */
  readonly needsWebhook?: true;
}

/** Where `/scale` finds its numbers, as simple JSON paths such as ".spec.replicas". */
export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  /** Where the text of the label selector stands, if it is text. */
  readonly labelSelectorPath?: string;
  /** The text of a label selector that stands in the object in another shape. */
  readonly selectorText?: (object: KubeObject) => string;
}

/** How the objects of one resource are seen through another. The two functions undo each other; both are pure and given whole
 *  objects, frozen or not, of which the result may share parts. */
export interface ViewDefinition {
  readonly of: ResourceDefinition;
  readonly show: (stored: KubeObject) => KubeObject;
  readonly store: (shown: KubeObject) => KubeObject;
}

export interface SubresourceDefinition {
  readonly name: string;
  readonly kind: string;
  /** Absent: those of the resource itself. */
  readonly group?: string;
  readonly version?: string;
  /** Versions of the same content that old clients still send. */
  readonly olderVersions?: readonly string[];
  readonly verbs: readonly string[];
  /** What a write to it must bring; absent: the resource's own kind. */
  readonly schema?: ObjectType;
  /** It opens a stream into the object instead of exchanging objects. */
  readonly connects?: true;
  /** It hands requests on to what the object stands for; whatever follows it in the path is for that to understand. */
  readonly proxies?: true;
}

/** What a kind adds to the common pipeline decode, default, prepare, validate, store (spec: api.md sections 7 and 10).
 *  All functions are pure; those given a `Draft` change it in place before anyone else sees it. */
export interface KindRules<T extends KubeObject> {
  /** Whether `status` is written through `/status` alone. */
  readonly hasStatus: boolean;
  /** Whether the status given with a create is taken, as for nodes that register themselves; otherwise it starts empty. */
  readonly keepsStatusOnCreate?: boolean;
  /** Paths of fields that the endpoints of these names leave as they are, besides those that no such endpoint writes; `main` is the
   *  resource itself, where that holds from the create on. Nobody comes to own them by writes there. */
  readonly unowned?: { readonly [endpoint in 'main' | 'status']?: readonly (readonly string[])[] };
  /** The subresources, `/status` aside, through which a part of the object is written, by name. */
  readonly subresourceUpdates?: { readonly [subresource: string]: SubresourceUpdate<T> };
  /** Whether a delete answers with the object even if it is gone, instead of a Status (spec: api.md section 11.2). */
  readonly answersDeleted?: boolean;
  /** Whether deletes know no propagation policies: nothing can depend on such objects. */
  readonly hasNoDependents?: boolean;
  /** Whether `metadata.generation` counts spec changes. */
  readonly managesGeneration: boolean;
  /** PUT to a missing name creates it. */
  readonly createOnUpdate: boolean;
  /** PUT without a resourceVersion overwrites; otherwise it is refused. */
  readonly unconditionalUpdate: boolean;
  /** What a delete without a policy does to dependents. */
  readonly defaultPropagation: 'Background' | 'Orphan';
  /** Problems with a name as texts, none if it is good. `prefix` when it is a generateName. */
  readonly nameProblems: (name: string, prefix: boolean) => readonly string[];
  /** Whether an update runs metadata's create checks once more, as upstream does for some kinds: the findings then stand
   *  once more in `details.causes`. */
  readonly revalidatesMetadata?: boolean;
  /** The requests in which the kind's own checks leave metadata to those that all kinds share. On a create those come into play only
   *  when nothing else is wrong. */
  readonly sharedMetadataOnly?: readonly ('create' | 'update' | 'status')[];
  /** Finalizers of any name are taken, not just Kubernetes' own and those with a domain. */
  readonly plainFinalizers?: boolean;
  /** Fills in what the client left out. Runs on every decode, from clients and from the store. */
  readonly defaults?: (draft: Draft<T>) => void;
  /** Texts for Warning headers about what a create asks for, before `prepareCreate` changes it. Sent even if it is refused. */
  readonly askedWarnings?: (draft: Draft<T>) => readonly string[];
  /** Before a create is validated; the uid and name are set. */
  readonly prepareCreate?: (draft: Draft<T>, context: PrepareContext) => void;
  /** A create that was found good, as reading it back would show it: with what `defaults` makes of what `prepareCreate` set. */
  readonly finishCreate?: (object: T) => KubeObject;
  /** Before an update through the main resource is validated; `draft.status` is already the stored one. */
  readonly prepareUpdate?: (draft: Draft<T>, old: T, context: PrepareContext) => void;
  /** Before an update through `/status` is validated; `draft.spec` is already the stored one. */
  readonly prepareStatusUpdate?: (draft: Draft<T>, old: T, context: PrepareContext) => void;
  /** Findings on a new object, metadata aside. */
  readonly validate?: (object: T) => readonly FieldError[];
  /** Findings on a change through the main resource, metadata aside. Includes those of `validate` where upstream does so. */
  readonly validateUpdate?: (object: T, old: T) => readonly FieldError[];
  readonly validateStatusUpdate?: (object: T, old: T) => readonly FieldError[];
  /** Texts for Warning headers of a create and of an update other than through `/status`. `old` is absent on create. */
  readonly warnings?: (object: T, old: T | undefined) => readonly string[];
  /** Texts for Warning headers of an update through `/status`. */
  readonly statusWarnings?: (object: T) => readonly string[];
  /** As `warnings`, in our own words: what becomes of such objects here that would be otherwise on a cluster. Sent to people alone. */
  readonly notes?: (object: T, old: T | undefined) => readonly string[];
  /** Seconds an object lives on after a delete: the request's wish in, the kind's answer out. Absent: removed at once. */
  readonly deletionGrace?: (object: T, asked: number | undefined) => number;
  /** Our own advice for a refused object, sent as Warning headers beside the 422. */
  readonly hints?: (object: T, errors: readonly FieldError[]) => readonly string[];
}

/** How a part of an object is written through a subresource of its own. What it does not write is as stored before `prepare` runs. */
export interface SubresourceUpdate<T extends KubeObject> {
  /** The top-level fields of which something is written. */
  readonly writes: readonly (keyof T & string)[];
  /** Paths within those that it leaves as they are. Nobody comes to own them by writes here. */
  readonly unowned?: readonly (readonly string[])[];
  /** Paths within those that alone can be owned by writes here, with "*" for any item of a list. Absent: all. */
  readonly owned?: readonly (readonly string[])[];
  /** Takes back what of those fields is not for this subresource to write. */
  readonly prepare?: (draft: Draft<T>, old: T, context: PrepareContext) => void;
  /** Findings on the change, metadata aside. */
  readonly validate?: (object: T, old: T) => readonly FieldError[];
}

export interface PrepareContext {
  readonly now: Millis;
  readonly random: RandomStream;
}

/** A printed column (`meta.k8s.io/v1` Table). `priority` 1 shows with `-o wide` only. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description: string;
  readonly priority: number;
}

export type Cell = string | number | boolean | null;

export interface TableDefinition<T> {
  readonly columns: readonly ColumnDefinition[];
  /** One value a column. Ages are computed against `now`. */
  readonly cells: (object: T, now: Millis) => readonly Cell[];
  /** In which order the rows of a list stand; that of the list unless given. */
  readonly order?: (a: T, b: T) => number;
  /** `row.conditions`, for kinds that mark finished rows. */
  readonly rowConditions?: (
    object: T,
  ) => readonly { type: string; status: string; reason: string; message: string }[] | undefined;
}

/** "v1" or "batch/v1". */
export function apiVersionOf(definition: { readonly group: string; readonly version: string }): string {
  return definition.group === '' ? definition.version : `${definition.group}/${definition.version}`;
}
