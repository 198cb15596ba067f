import type { Clock } from '#base/clock.ts';
import { isObject, jsonCopy } from '#base/json.ts';
import type { ApiError } from '#kinds/meta/errors.ts';
import { microTimestamp } from '#kinds/meta/time.ts';
import type { User } from '../api.ts';
import type { AuditedRequest, AuditSink } from './auditor.ts';
import { type AuditDecision, type AuditLevel, type AuditStage, auditLevels } from './policy.ts';

export interface AuditTrailParts {
  readonly request: AuditedRequest;
  readonly user: User;
  readonly decision: AuditDecision;
  readonly sink: AuditSink;
  readonly clock: Clock;
  /** What was noted before. */
  readonly annotations: { readonly [key: string]: string };
}

/** One request as the audit log tells it: what is learned of it on its way is noted here, and written at each stage as a line of
 *  `audit.k8s.io/v1` (spec: api.md section 22.1). */
export class AuditTrail {
  private readonly parts: AuditTrailParts;
  private readonly receivedAt: string;
  private readonly annotations: { [key: string]: string };
  private impersonatedUser: User | undefined;
  private constraint: string | undefined;
  private named: { readonly [field: string]: string } = {};
  private requestObject: unknown;
  private responseObject: unknown;
  private status: { readonly [field: string]: unknown } | undefined;
  private code: number | undefined;
  private panic = false;
  private ended = false;

  constructor(parts: AuditTrailParts) {
    this.parts = parts;
    this.annotations = { ...parts.annotations };
    this.receivedAt = microTimestamp(parts.clock.now());
  }

  received(): void {
    this.write('RequestReceived');
  }

  annotate(key: string, value: string, level: AuditLevel = 'Metadata'): void {
    if (this.wants(level)) this.annotations[key] = value;
  }

  /** The request goes on in this name, by a right that is limited in this way. */
  impersonates(user: User, constraint?: string): void {
    this.impersonatedUser = user;
    this.constraint = constraint;
  }

  /** The body, decoded. What the level wants of it is copied at once: it will change on its way. `shown` makes the form in which
   *  it is written down. */
  requested(body: unknown, shown: () => unknown = () => body): void {
    if (isObject(body) && isObject(body.metadata)) this.named = { ...textsOf(body.metadata), ...this.named };
    if (this.wants('Request')) this.requestObject = this.written(shown());
  }

  /** What is answered when all goes well. `shown` makes the form in which it is written down. */
  answered(answer: unknown, shown: () => unknown = () => answer): void {
    if (isObject(answer) && answer.kind === 'Status') this.status = boundedStatus(answer);
    if (this.wants('RequestResponse')) this.responseObject = this.written(shown());
  }

  refused(error: ApiError): void {
    if (this.panic) return;
    const status = error.status();
    this.status = boundedStatus(status);
    if (this.wants('RequestResponse')) this.responseObject = status;
  }

  /** It failed in a way that nobody foresaw. */
  panicked(error: unknown): void {
    this.panic = true;
    this.code = 500;
    this.status = { status: 'Failure', message: `APIServer panic'd: ${String(error)}`, reason: 'InternalError' };
  }

  unauthenticated(attempted: readonly string[]): void {
    const how = attempted.length === 0 ? 'no credentials provided' : `attempted: ${attempted.join(', ')}`;
    const message = `Authentication failed, ${how}`;
    this.status = { status: 'Failure', message, reason: 'Unauthorized' };
    this.code = 401;
    this.write('ResponseStarted');
  }

  /** The answer begins. */
  started(code: number): void {
    if (this.code !== undefined) return;
    this.code = code;
    if (this.parts.request.longRunning) this.write('ResponseStarted');
  }

  /** The answer has been given, or the client has gone. Only the first call counts. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    if (this.code === undefined) {
      this.code = 200;
      this.status = { status: 'Success', message: 'Connection closed early' };
    }
    this.write(this.panic ? 'Panic' : 'ResponseComplete');
  }

  private wants(level: AuditLevel): boolean {
    return auditLevels.indexOf(this.parts.decision.level) >= auditLevels.indexOf(level);
  }

  private written(value: unknown): unknown {
    return this.parts.decision.omitManagedFields ? withoutManagedFields(value) : jsonCopy(value);
  }

  private write(stage: AuditStage): void {
    const { request, user, decision, sink, clock } = this.parts;
    if (decision.omitStages.has(stage)) return;
    const { auditId, uri, verb, sourceIPs, userAgent } = request;
    const responded = this.code === undefined ? undefined : { metadata: {}, ...this.status, code: this.code };
    const event = {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: decision.level,
      auditID: auditId,
      stage,
      requestURI: uri,
      verb,
      user: userInfo(user),
      impersonatedUser: this.impersonatedUser && userInfo(this.impersonatedUser),
      authenticationMetadata: this.constraint && { impersonationConstraint: this.constraint },
      sourceIPs: sourceIPs.length === 0 ? undefined : sourceIPs,
      userAgent: userAgent === '' ? undefined : userAgent,
      objectRef: this.objectRef(),
      responseStatus: responded,
      requestObject: this.requestObject,
      responseObject: this.responseObject,
      requestReceivedTimestamp: this.receivedAt,
      stageTimestamp: microTimestamp(clock.now()),
      annotations: Object.keys(this.annotations).length === 0 ? undefined : this.annotations,
    };
    sink(JSON.stringify(event));
  }

  private objectRef(): object | undefined {
    const { target } = this.parts.request;
    if ('path' in target) return undefined;
    const { group, version, plural, namespace, name, subresource } = target;
    return {
      resource: plural,
      namespace: namespace ?? this.named.namespace,
      name: name ?? this.named.name,
      uid: this.named.uid,
      apiGroup: group === '' ? undefined : group,
      apiVersion: version,
      resourceVersion: this.named.resourceVersion,
      subresource,
    };
  }
}

function userInfo({ name, uid, groups, extra }: User): object {
  return {
    username: name === '' ? undefined : name,
    uid,
    groups: groups.length === 0 ? undefined : groups,
    extra,
  };
}

/** The parts of a metadata by which an object is told from others. */
function textsOf(metadata: { readonly [field: string]: unknown }): { readonly [field: string]: string } {
  const { namespace, name, uid, resourceVersion } = metadata;
  const entries = Object.entries({ namespace, name, uid, resourceVersion });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => Boolean(entry[1])));
}

/** A Status without what can grow beyond all bounds. */
function boundedStatus(answer: object): { readonly [field: string]: unknown } {
  const { status, message, reason, details } = answer as { readonly [field: string]: unknown };
  return { status, message, reason, details };
}

/** A copy of an object, or of a list of them, that does not say who set what. */
function withoutManagedFields(value: unknown): unknown {
  if (!isObject(value)) return jsonCopy(value);
  const { metadata, items, ...rest } = value;
  const { managedFields: _left, ...kept } = isObject(metadata) ? metadata : {};
  return {
    ...jsonCopy(rest),
    ...(metadata === undefined ? {} : { metadata: jsonCopy(kept) }),
    ...(Array.isArray(items) ? { items: items.map(withoutManagedFields) } : {}),
  };
}
