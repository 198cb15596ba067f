import type { Clock } from '#base/clock.ts';
import type { User } from '../api.ts';
import { type AuditedTarget, type AuditPolicy, auditDecision } from './policy.ts';
import { AuditTrail } from './trail.ts';

/** What is known of a request before it is looked at. */
export interface AuditedRequest {
  readonly auditId: string;
  /** Path and query as they came. */
  readonly uri: string;
  readonly verb: string;
  readonly target: AuditedTarget;
  readonly sourceIPs: readonly string[];
  readonly userAgent: string;
  /** Its answer begins long before it ends: watches, logs. */
  readonly longRunning: boolean;
}

/** Where the lines go. Must neither wait nor throw. */
export type AuditSink = (line: string) => void;

export interface AuditorParts {
  readonly policy: AuditPolicy;
  readonly sink: AuditSink;
  readonly clock: Clock;
}

const nobody: User = { name: '', groups: [] };

type Annotations = { readonly [key: string]: string };

/** Decides which requests are written down, and how much of each (spec: api.md section 22.1). */
export class Auditor {
  private readonly parts: AuditorParts;

  constructor(parts: AuditorParts) {
    this.parts = parts;
  }

  /** The trail of a request by `user`, begun with what was noted so far; undefined when nothing of it is wanted. */
  begin(request: AuditedRequest, user: User, annotations: Annotations = {}): AuditTrail | undefined {
    const trail = this.open(request, user, annotations);
    trail?.received();
    return trail;
  }

  /** Writes down that somebody could not say who he is. */
  unauthenticated(request: AuditedRequest, attempted: readonly string[], annotations: Annotations = {}): void {
    this.open(request, nobody, annotations)?.unauthenticated(attempted);
  }

  private open(request: AuditedRequest, user: User, annotations: Annotations): AuditTrail | undefined {
    const { policy, sink, clock } = this.parts;
    const decision = auditDecision(policy, user, request.verb, request.target);
    return decision.level === 'None'
      ? undefined
      : new AuditTrail({ request, user, decision, sink, clock, annotations });
  }
}
