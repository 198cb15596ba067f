import type { Duplex } from 'node:stream';
import type { ListOptions, ObjectList, WatchHandle, WatchOptions, WatchSink } from '#client/client.ts';
import type { PortForwardTarget } from '#client/port-forward/forward-port.ts';
import type { CommandRequest, RemoteCommand } from '#client/remote-command.ts';
import type { ServedResources } from '#client/served-resources.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { DeleteOptions, Status } from '#kinds/meta/schema.ts';
import type { AuditLevel } from './audit/policy.ts';
import type { RemoteVersion } from './remote-versions.ts';

/** Who asks (spec: api.md section 16). */
export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: { readonly [key: string]: readonly string[] };
}

/** Where a request's story is noted for the audit log (spec: api.md section 22.1). */
export interface AuditNotes {
  /** `level`: the least at which it is written down; Metadata unless given. */
  annotate(key: string, value: string, level?: AuditLevel): void;
}

/** Where it is noted what is remarkable about a token that is used (spec: api.md section 16). */
export interface TokenNotes extends AuditNotes {
  /** Adds a Warning header to the answer. */
  warn(text: string): void;
}

/** One request, as far as the verbs need to know it. */
export interface RequestContext {
  readonly user: User;
  /** First part of the User-Agent: the field manager when none is given. */
  readonly agent: string;
  readonly signal?: AbortSignal;
  /** What the audit log is told of this request; absent when it is told nothing. */
  readonly audit?: AuditNotes | undefined;
  /** Adds a Warning header to the answer; each text is sent once. */
  warn(text: string): void;
  /** As `warn`, if people read the answer; absent when they do not. */
  note?(text: string): void;
}

/** What the request is about. `name` is absent for create, list, watch and deletecollection. */
export interface Target {
  readonly resource: ResourceDefinition;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
}

/** What the authoriser is asked, before the body is read (spec: api.md sections 1.3 and 17). */
export type Attributes =
  | {
      readonly verb: string;
      readonly group: string;
      readonly plural: string;
      readonly namespace?: string | undefined;
      readonly name?: string | undefined;
      readonly subresource?: string | undefined;
      /** Of a list, watch or deletecollection. */
      readonly fieldSelector?: string | undefined;
    }
  | { readonly verb: string; readonly path: string };

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface WriteRequest {
  readonly dryRun: boolean;
  readonly fieldManager: string | undefined;
  readonly fieldValidation: FieldValidation;
  /** `metadata.managedFields` as the client sent it: decoding drops an empty list, which asks to forget who set what. */
  readonly managedFields?: unknown;
}

export interface PatchRequest extends WriteRequest {
  readonly type: 'json' | 'merge' | 'strategic' | 'apply';
  /** The patch as it came: JSON, or YAML for `apply`; or as a JSON value, from a caller in this process. */
  readonly patch: { readonly text: string } | { readonly value: unknown };
  readonly force: boolean | undefined;
}

/** What is wanted of a container's log, as the query of `…/log` says it (spec: api.md section 19.3). */
export interface LogRequest {
  readonly container?: string | undefined;
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly timestamps?: boolean;
  readonly sinceSeconds?: number | undefined;
  /** RFC 3339. */
  readonly sinceTime?: string | undefined;
  readonly tailLines?: number | undefined;
  readonly limitBytes?: number | undefined;
  readonly stream?: string | undefined;
}

/** A write's outcome; `created` decides between 200 and 201. */
export interface Written {
  readonly object: KubeObject;
  readonly created: boolean;
}

/** A delete's outcome: the object if it still stands, otherwise what is known of the one that is gone. */
export interface Deleted {
  readonly object: KubeObject;
  readonly gone: boolean;
  /** What the client is told: the object while it stands, and for some kinds also after; otherwise a Status. */
  readonly answer: KubeObject | Status;
}

/** Who signs the tokens of service accounts. */
export interface TokenIssuer {
  readonly name: string;
  /** The keys to check them with, as a JSON web key set. */
  keySet(): object;
  /** A token of this account to be kept in a Secret: good as long as it stands there. */
  issueForSecret(namespace: string, secret: string, account: { readonly name: string; readonly uid: string }): string;
}

/** The verbs on kinds, without HTTP. Throws `ApiError` and nothing else for whatever a client may do wrong. Bodies are
 *  decoded and pruned by the caller, who knows their encoding, and given away: they may be changed here, where defaulting,
 *  admission and validation happen. */
/** A request for a stream into a pod (spec: api.md section 19.4). */
export interface ConnectRequest extends CommandRequest {
  /** Empty for the only one. */
  readonly container: string;
  /** Whether the connection may become a stream that we speak: not asked for at all, a kind we do not have, or yes. */
  readonly upgrade: 'none' | 'unknown' | 'stream';
}

/** Where something of the cluster listens for HTTP. */
export interface Destination {
  readonly scheme: 'http' | 'https';
  /** The IP address and port that users know it by. */
  readonly host: string;
  readonly port: number;
  /** Connects to it, through the node that it runs on. Throws, in words for users, when nobody listens there. */
  dial(): Promise<Duplex>;
}

/** What a stream into a pod leads to. */
export type PodConnection =
  | {
      readonly is: 'command';
      /** Begins it. */
      open(): Promise<RemoteCommand>;
    }
  | ({ readonly is: 'ports' } & PortForwardTarget);

export interface Api {
  /** What is served, for all who derive something from it. */
  readonly served: ServedResources;
  /** What others are to answer, and what is offered nevertheless. */
  remote(): readonly RemoteVersion[];
  readonly tokenIssuer: TokenIssuer;
  /** Whose bearer token it is; undefined for one that does not hold. */
  authenticate(token: string, notes?: TokenNotes): Promise<User | undefined>;
  /** Throws Forbidden unless the user may. */
  authorize(context: RequestContext, attributes: Attributes): Promise<void>;
  get(context: RequestContext, target: Target, options: { resourceVersion?: string }): Promise<KubeObject>;
  list(context: RequestContext, target: Target, options: ListOptions): Promise<ObjectList<KubeObject>>;
  watch(
    context: RequestContext,
    target: Target,
    options: WatchOptions,
    sink: WatchSink<KubeObject>,
  ): Promise<WatchHandle>;
  /** `body` is the decoded object, or the decoded body of a subresource such as binding or eviction; for those that do not
   *  answer with a stored object the answer is a Status. */
  create(context: RequestContext, target: Target, body: object, request: WriteRequest): Promise<object>;
  update(context: RequestContext, target: Target, body: object, request: WriteRequest): Promise<Written>;
  patch(context: RequestContext, target: Target, request: PatchRequest): Promise<Written>;
  delete(context: RequestContext, target: Target, options: DeleteOptions): Promise<Deleted>;
  /** Deletes what the list selects, one by one, and answers with it. */
  deleteCollection(
    context: RequestContext,
    target: Target,
    list: ListOptions,
    options: DeleteOptions,
  ): Promise<ObjectList<KubeObject>>;
  /** The bytes of a container's log; undefined while the pod has no node. */
  log(
    context: RequestContext,
    target: Target,
    request: LogRequest,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Finds what a request for a stream into a pod is about. Refuses for the first thing that
   *  is missing. */
  connect(context: RequestContext, target: Target, request: ConnectRequest): Promise<PodConnection>;
  /** Where to hand on a request for what an object stands for; `path` is what it asks of that. */
  locate(context: RequestContext, target: Target, path: string): Promise<Destination>;
  /** Resolves once everything that was written can be read; rejects when the store does not answer. */
  upToDate(): Promise<void>;
  /** How many objects are stored of each resource, by its name with its group: "pods", "jobs.batch". */
  objectCounts(): ReadonlyMap<string, number>;
  /** Ends all watches and lets go of the store, which stays open. */
  close(): void;
}
