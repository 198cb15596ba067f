import type { AuditNotes } from '../../api.ts';

/** A breach as the audit log shows it. */
export interface NotedFailure {
  readonly message: string;
  readonly policy: string;
  readonly binding: string;
  readonly expressionIndex: number;
  readonly validationActions: readonly string[];
}

const failureKey = 'validation.policy.admission.k8s.io/validation_failure';

/** The longest text that is noted, in bytes. */
const noteBytesMax = 10 * 1024;

/** What policies want noted of one request in the audit log. */
export class PolicyNotes {
  private readonly audit: AuditNotes | undefined;
  private readonly values = new Map<string, Set<string>>();
  private hasFailure = false;

  constructor(audit: AuditNotes | undefined) {
    this.audit = audit;
  }

  /** Of several breaches the first is noted: a note is never written over. */
  failure({ message, policy, binding, expressionIndex, validationActions }: NotedFailure): void {
    if (this.hasFailure) return;
    this.hasFailure = true;
    this.audit?.annotate(
      failureKey,
      JSON.stringify([{ message, policy, binding, expressionIndex, validationActions }]),
    );
  }

  /** Keeps what the policy that is at work notes; several bindings may. */
  add(key: string, value: string): void {
    const values = this.values.get(key) ?? new Set<string>();
    this.values.set(key, values.add(cut(value)));
  }

  /** Writes down what has been kept, as notes of this policy. */
  publish(policy: string): void {
    for (const [key, values] of this.values) this.audit?.annotate(`${policy}/${key}`, [...values].join(', '));
    this.values.clear();
  }
}

function cut(text: string): string {
  return Buffer.byteLength(text) <= noteBytesMax ? text : Buffer.from(text).subarray(0, noteBytesMax).toString();
}
