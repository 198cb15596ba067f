import type { Millis } from '#base/units.ts';

/** What the launcher can be asked to do. */
export type Order =
  /** Start a container's supervisor. Answer: `{ pid }`. */
  | {
      readonly do: 'start';
      readonly id: string;
      readonly directory: string;
      readonly exitFile: string;
      readonly command: readonly string[];
      readonly env: { readonly [name: string]: string };
      readonly cwd: string;
    }
  /** Kill every process of these containers except their live `supervisors`, which record the exits. Answer: how many are
   *  left. */
  | { readonly do: 'kill'; readonly ids: readonly string[]; readonly supervisors: readonly number[] }
  /** Run a command to its end. Answer: `ExecResult`. */
  | {
      readonly do: 'run';
      readonly command: readonly string[];
      readonly env: { readonly [name: string]: string };
      readonly cwd: string;
      readonly timeout: Millis;
    }
  /** Free the disk space of a part of a file. Answer: whether that was possible. */
  | { readonly do: 'punch'; readonly path: string; readonly offset: number; readonly length: number };

export interface ToLauncher {
  readonly ask: number;
  readonly order: Order;
}

export type FromLauncher =
  | { readonly ask: number; readonly value: unknown }
  | { readonly ask: number; readonly error: string }
  /** A supervisor has ended. */
  | { readonly gone: string; readonly code: number | null; readonly signal: NodeJS.Signals | null };
