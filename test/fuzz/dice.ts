import type { RandomStream } from '#base/random.ts';

/** The draws that one request is made of. */
export class Dice {
  private readonly stream: RandomStream;

  constructor(stream: RandomStream) {
    this.stream = stream;
  }

  /** Uniform integer in [0, below). */
  int(below: number): number {
    return this.stream.int(below);
  }

  chance(share: number): boolean {
    return this.stream.next() < share;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.stream.int(items.length)] as T;
  }

  /** One of the choices, each as likely as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    let left = this.stream.int(choices.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, choice] of choices) {
      left -= weight;
      if (left < 0) return choice;
    }
    throw new Error('Cannot choose among nothing');
  }

  text(lengthMax: number, alphabet: string): string {
    return this.stream.text(this.stream.int(lengthMax + 1), alphabet);
  }

  times<T>(countMax: number, make: () => T): readonly T[] {
    return Array.from({ length: this.stream.int(countMax + 1) }, make);
  }
}
