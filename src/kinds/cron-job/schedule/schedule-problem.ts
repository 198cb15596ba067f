/** Why a text is no schedule, in upstream's words (spec: cronjob.md section 5.2), and our own advice beside it. */
export class ScheduleProblem extends Error {
  override readonly name = 'ScheduleProblem';
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
