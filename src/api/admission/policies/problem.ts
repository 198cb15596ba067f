/** Thrown when a policy or binding cannot be put to work for a request; the message is upstream's. */
export class PolicyProblem extends Error {
  override readonly name = 'PolicyProblem';
}
