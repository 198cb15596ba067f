import type { Millis } from '#base/units.ts';

/** What one start of a simulated container does. */
export interface Run {
  /** How long it runs; until it is stopped when absent. */
  readonly run?: Millis;
  readonly exit?: number;
  /** When it becomes ready, counted from its start; at once when absent. */
  readonly ready?: Millis;
  /** A stop signal does not end it; only the kill after the grace period does (exit 137). */
  readonly ignoreTerm?: boolean;
  /** Exit code after a stop signal; 143 unless given. */
  readonly termExit?: number;
  /** It cannot be started at all, for this reason. */
  readonly startError?: string;
  /** What it writes to standard output when it starts. */
  readonly log?: string;
  /** Its termination message. */
  readonly message?: string;
}

/** The container that is started. */
export interface ScriptedContainer {
  readonly podUid: string;
  readonly name: string;
  /** Counts the starts of this container in this pod, from 0. */
  readonly attempt: number;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

/** The pod it belongs to. */
export interface ScriptedPod {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: { readonly [key: string]: string };
}

/** Decides what a start does; undefined leaves it to the pod's annotations. Pure, or at least the same for the same start. */
export type Script = (container: ScriptedContainer, pod: ScriptedPod) => Run | undefined;

/** One run, or one for each attempt, the last for all that follow: `{"run": "5s", "exit": 0}`, or a list of such. */
export const simulateAnnotation = 'sampan.dev/simulate';

/** The run that the pod's annotations ask for: `sampan.dev/simulate-<container>`, else `sampan.dev/simulate`. Undefined when
 *  there is none. Throws when it is not understood. */
export function annotatedRun(container: ScriptedContainer, sandbox: ScriptedPod): Run | undefined {
  const own = `${simulateAnnotation}-${container.name}`;
  const name = sandbox.annotations[own] === undefined ? simulateAnnotation : own;
  const text = sandbox.annotations[name];
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const runs = Array.isArray(value) ? value : [value];
    return parseRun(runs[Math.min(container.attempt, runs.length - 1)]);
  } catch (error) {
    throw new Error(`annotation ${name}: ${(error as Error).message}`);
  }
}

function parseRun(value: unknown): Run {
  if (typeof value !== 'object' || value === null) throw new Error('must be an object, or a list of objects');
  const { run, ready, ...rest } = value as { [key: string]: unknown };
  return {
    ...(rest as Run),
    ...(run === undefined ? {} : { run: parseSpan(run) }),
    ...(ready === undefined ? {} : { ready: parseSpan(ready) }),
  };
}

const unitMs: { readonly [unit: string]: Millis } = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds as a number, or a text such as "250ms", "5s" or "1m30s". */
export function parseSpan(value: unknown): Millis {
  if (typeof value === 'number' && value >= 0) return value;
  const text = typeof value === 'string' ? value : '';
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new Error(`${JSON.stringify(value)} is no span of time; write it as in "5s" or "1m30s"`);
  }
  return parts.reduce((sum, [, amount, unit = 's']) => sum + Number(amount) * (unitMs[unit] ?? 0), 0);
}
