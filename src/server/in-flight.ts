import type { User } from '#api/api.ts';

/** At most so many requests are worked on at once; the rest is told to come back (spec: api.md section 22.2). */
const readingMax = 400;
const mutatingMax = 200;

/** Counts requests under way. Administrators are never turned away. */
export class InFlight {
  private reading = 0;
  private mutating = 0;

  /** A function that gives the place back, or undefined when all are taken. */
  enter(user: User, mutating: boolean): (() => void) | undefined {
    if (user.groups.includes('system:masters')) return () => {};
    if (mutating ? this.mutating >= mutatingMax : this.reading >= readingMax) return undefined;
    this.count(mutating, 1);
    let inside = true;
    return () => {
      if (inside) this.count(mutating, -1);
      inside = false;
    };
  }

  private count(mutating: boolean, by: 1 | -1): void {
    if (mutating) this.mutating += by;
    else this.reading += by;
  }
}
