/** One owner's claim on one field, as `details.causes` of a conflict reports it. */
export interface ConflictCause {
  /** Such as `conflict with "alpha"`. */
  readonly message: string;
  /** Such as `.spec.minReadySeconds`. */
  readonly field: string;
}

export interface PatchErrorDetails {
  readonly status: 400 | 409 | 413 | 422 | 500;
  /** Kubernetes' own wording. */
  readonly message: string;
  /** With 422: the error reads `<field>: Invalid value: "<value>": <message>`. Absent: the message stands alone. */
  readonly invalid?: { readonly field: string; readonly value: string };
  /** With 409: who owns what the applied configuration would change. */
  readonly causes?: readonly ConflictCause[];
}

/** Thrown when a patch cannot be applied; the fault is in the request, never in the stored object. The API layer turns it
 *  into a Status: this folder knows nothing of those. A 500 is what upstream answers to some faults of the client; it goes
 *  without a reason (spec: api.md section 5). */
export class PatchError extends Error {
  override readonly name = 'PatchError';
  readonly status: PatchErrorDetails['status'];
  readonly invalid: PatchErrorDetails['invalid'];
  readonly causes: readonly ConflictCause[];

  constructor(details: PatchErrorDetails) {
    super(details.message);
    this.status = details.status;
    this.invalid = details.invalid;
    this.causes = details.causes ?? [];
  }
}
