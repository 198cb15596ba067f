import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; kills it after `timeoutMs`. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: {
    readonly env?: NodeJS.ProcessEnv;
    readonly input?: string;
    readonly timeoutMs?: number;
    readonly cwd?: string;
  } = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      timeout: options.timeoutMs ?? 60_000,
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: String(Buffer.concat(out)), stderr: String(Buffer.concat(err)) }),
    );
    // A program that ends without reading what it was given is none the worse for it.
    child.stdin.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') reject(error);
    });
    child.stdin.end(options.input ?? '');
  });
}

/** A program that goes on until it is stopped. */
export interface RunningCommand {
  /** What it has printed so far, errors too. */
  output(): string;
  /** Resolves when the output matches; rejects when that takes more than 30 s. */
  until(pattern: RegExp): Promise<void>;
  /** Sends a signal, SIGTERM unless given, and resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export function startCommand(program: string, args: readonly string[], env: NodeJS.ProcessEnv): RunningCommand {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const exit = once(child, 'close');
  const news = new EventEmitter();
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += String(chunk);
      news.emit('text');
    });
  }
  return {
    output: () => text,
    until: async (pattern) => {
      const signal = AbortSignal.timeout(30_000);
      while (!pattern.test(text)) {
        await once(news, 'text', { signal }).catch(() => {
          throw new Error(`${program} ${args.join(' ')} has not printed ${pattern}, but:\n${text}`);
        });
      }
    },
    stop: async (signal) => {
      child.kill(signal);
      const [code] = (await exit) as [number | null];
      return code;
    },
  };
}
