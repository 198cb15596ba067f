import { type CharTest, isWordChar } from '#base/pattern/char-class.ts';
import { type Assertion, type Node, PatternError, parsePattern } from '#base/pattern/parse.ts';

/** A step of the machine that a pattern becomes. Steps are named by their index. */
type Step =
  | { readonly do: 'char'; readonly test: CharTest; next: number }
  | { readonly do: 'assert'; readonly what: Assertion; next: number }
  | { readonly do: 'fork'; next: number; other: number }
  | { readonly do: 'match' };

/** A longer machine is refused: every character of a text costs up to as many steps. */
const stepsMax = 5000;

/** A regular expression of strangers (RE2 syntax), matched in time proportional to the text and never more: the engine's own
 *  expressions can take for ever. */
export class Pattern {
  private readonly steps: Step[] = [{ do: 'match' }];
  private readonly start: number;

  /** Throws `PatternError` with Go's text if it is none. */
  constructor(source: string) {
    this.start = this.build(parsePattern(source), 0, source);
  }

  /** Whether some part of `text` matches. */
  test(text: string): boolean {
    let states = new StateSet(this.steps.length);
    let following = new StateSet(this.steps.length);
    let before = -1;
    for (let at = 0; ; ) {
      const char = at < text.length ? (text.codePointAt(at) as number) : -1;
      this.enter(this.start, states, before, char);
      if (states.matched) return true;
      if (char < 0) return false;
      following.clear();
      const after = at + (char > 0xffff ? 2 : 1);
      const next = after < text.length ? (text.codePointAt(after) as number) : -1;
      for (let index = 0; index < states.size; index += 1) {
        const step = this.steps[states.at(index)] as Step;
        if (step.do === 'char' && step.test(char)) this.enter(step.next, following, char, next);
      }
      [states, following] = [following, states];
      before = char;
      at = after;
    }
  }

  /** Appends the steps of `node`, which go on at `next`; answers with where they begin. Built from the end, so that each step
   *  knows the next. */
  private build(node: Node, next: number, source: string): number {
    switch (node.is) {
      case 'char':
        return this.add({ do: 'char', test: node.test, next }, source);
      case 'assert':
        return this.add({ do: 'assert', what: node.what, next }, source);
      case 'all':
        return node.parts.reduceRight((after, part) => this.build(part, after, source), next);
      case 'any':
        return node.parts
          .map((part) => this.build(part, next, source))
          .reduceRight((other, start) => this.add({ do: 'fork', next: start, other }, source));
      case 'repeat':
        return this.buildRepeat(node, next, source);
    }
  }

  private buildRepeat(node: Extract<Node, { is: 'repeat' }>, next: number, source: string): number {
    const { part, min, max } = node;
    let start = next;
    if (max === Infinity) {
      const fork = { do: 'fork', next: 0, other: next } as const satisfies Step;
      const loop: Step = { ...fork };
      start = this.add(loop, source);
      loop.next = this.build(part, start, source);
    } else {
      for (let count = min; count < max; count += 1) {
        const inside = this.build(part, start, source);
        start = this.add({ do: 'fork', next: inside, other: next }, source);
      }
    }
    for (let count = 0; count < min; count += 1) start = this.build(part, start, source);
    return start;
  }

  private add(step: Step, source: string): number {
    if (this.steps.length >= stepsMax) throw new PatternError('expression too large', source);
    return this.steps.push(step) - 1;
  }

  /** Adds a step, and all that it leads to without a character. */
  private enter(first: number, states: StateSet, before: number, after: number): void {
    const waiting = [first];
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      if (!states.add(index)) continue;
      const step = this.steps[index] as Step;
      if (step.do === 'fork') waiting.push(step.other, step.next);
      else if (step.do === 'assert' && holds(step.what, before, after)) waiting.push(step.next);
      else if (step.do === 'match') states.matched = true;
    }
  }
}

/** Steps that the machine is at, each once. */
class StateSet {
  private readonly members: Int32Array;
  private readonly marks: Int32Array;
  private round = 1;
  size = 0;
  matched = false;

  constructor(length: number) {
    this.members = new Int32Array(length);
    this.marks = new Int32Array(length);
  }

  at(index: number): number {
    return this.members[index] as number;
  }

  /** Whether it was not there yet. */
  add(step: number): boolean {
    if (this.marks[step] === this.round) return false;
    this.marks[step] = this.round;
    this.members[this.size] = step;
    this.size += 1;
    return true;
  }

  clear(): void {
    this.round += 1;
    this.size = 0;
    this.matched = false;
  }
}

/** -1 stands for no character: the text begins or ends there. */
function holds(what: Assertion, before: number, after: number): boolean {
  const isEdge = (before >= 0 && isWordChar(before)) !== (after >= 0 && isWordChar(after));
  switch (what) {
    case 'text-start':
      return before < 0;
    case 'text-end':
      return after < 0;
    case 'line-start':
      return before < 0 || before === 0x0a;
    case 'line-end':
      return after < 0 || after === 0x0a;
    case 'word-edge':
      return isEdge;
    case 'no-word-edge':
      return !isEdge;
  }
}
