import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from '#base/log.ts';
import type { RemoteCommand, StreamRequest } from '#client/remote-command.ts';
import { CommandSession } from '#node/runtime/process/command-session.ts';
import type { Invocation } from '#node/runtime/process/invocation.ts';
import type { Ended, FromLauncher, Order, ToLauncher } from '#node/runtime/process/launcher-protocol.ts';
import { Outbox } from '#node/runtime/process/outbox.ts';
import { identify, isAlive, type ProcessIdentity, send } from '#node/runtime/process/processes.ts';

export interface LauncherOptions {
  /** Where the launcher's identity is kept, so that the next run can end one that was left behind. */
  readonly directory: string;
  readonly log: Logger;
  /** A supervisor has ended. */
  readonly onGone: (id: string, end: Ended) => void;
  /** The launcher died: ends of what it started are not reported any more. */
  readonly onLost: () => void;
}

interface Asked {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The bundle ships the launcher as a JavaScript file beside itself. */
const launcherFile = import.meta.url.endsWith('.ts') ? './launcher.ts' : './launcher.js';

/** Small limits: it holds next to nothing, and its memory is what `spawn` copies. */
const nodeFlags = ['--max-semi-space-size=1', '--max-old-space-size=64', '--no-warnings'];

/** Our end of the launcher. It is started at the first order: who runs no pods does without its 45 MB, and the one `spawn` stops
 *  this process for a few milliseconds. A launcher that dies is replaced at the next order; the containers it started do not
 *  notice. */
export class Launcher {
  private readonly options: LauncherOptions;
  private readonly waiting = new Map<number, Asked>();
  private readonly sessions = new Map<number, CommandSession>();
  /** What cannot be sent is answered by the end of the launcher. */
  private readonly outbox = new Outbox<ToLauncher>((messages) => this.child?.send([...messages], () => {}));
  private child: ChildProcess | undefined;
  private asks = 0;
  private closed = false;

  /** Ends a launcher of an earlier run that is still there. */
  constructor(options: LauncherOptions) {
    this.options = options;
    this.endPredecessor();
  }

  ask(order: Order & { do: 'start' }): Promise<string | undefined>;
  ask(order: Order & { do: 'sandbox' | 'volume' | 'remove' }): Promise<void>;
  ask(order: Order & { do: 'kill' }): Promise<number>;
  ask(order: Order & { do: 'run' }): Promise<{ exitCode: number; output: string; timedOut: boolean }>;
  ask(order: Order & { do: 'punch' }): Promise<boolean>;
  ask(order: Order & { do: 'open' | 'feed' }): Promise<void>;
  /** Rejects when the order fails, or when the launcher dies before it answers: then it may or may not have been done. */
  ask(order: Order): Promise<unknown> {
    if (this.closed) return Promise.reject(new Error(`Cannot ${order.do} a process: the process runtime was closed`));
    this.child ??= this.launch();
    const ask = this.asks++;
    return new Promise((resolve, reject) => {
      this.waiting.set(ask, { resolve, reject });
      this.outbox.post({ ask, order });
    });
  }

  /** Runs a command and gives its streams away. Rejects when it cannot be started. */
  open(invocation: Invocation, request: StreamRequest): Promise<RemoteCommand> {
    return this.begin(request, (session) => this.ask({ do: 'open', session, ...invocation, ...request }));
  }

  /** Opens the input of the container in that directory, and the way to set the size of its terminal. Rejects when it takes no input
   *  any more. */
  feed(directory: string, once: boolean): Promise<RemoteCommand> {
    const request = { stdin: true, stdout: false, stderr: false, tty: true };
    return this.begin(request, (session) => this.ask({ do: 'feed', session, directory, once }));
  }

  private async begin(request: StreamRequest, ask: (session: number) => Promise<void>): Promise<RemoteCommand> {
    const session = this.asks++;
    const command = new CommandSession(request, (word) => {
      // A launcher that has gone has told so already.
      if (this.sessions.has(session)) this.outbox.post({ session, word });
    });
    this.sessions.set(session, command);
    try {
      await ask(session);
    } catch (error) {
      this.sessions.delete(session);
      throw error;
    }
    return command;
  }

  /** Ends the launcher. Containers run on. */
  async close(): Promise<void> {
    this.closed = true;
    const { child } = this;
    if (child === undefined) return;
    await new Promise<void>((resolve) => {
      child.on('exit', () => resolve());
      child.disconnect();
    });
    rmSync(this.identityFile(), { force: true });
  }

  private launch(): ChildProcess {
    const path = fileURLToPath(new URL(launcherFile, import.meta.url));
    const child = spawn(process.execPath, [...nodeFlags, path], {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: { PATH: process.env.PATH ?? '' },
      cwd: '/',
    });
    child.on('message', (messages: readonly FromLauncher[]) => {
      for (const message of messages) this.receive(message);
    });
    child.on('error', (error) => this.lost(child, error));
    child.on('exit', () => this.lost(child, new Error('the launcher ended')));
    if (child.pid !== undefined) writeFileSync(this.identityFile(), JSON.stringify(identify(child.pid) ?? null));
    return child;
  }

  private receive(message: FromLauncher): void {
    if ('gone' in message) {
      this.options.onGone(message.gone, message.end);
      return;
    }
    if ('session' in message) {
      const session = this.sessions.get(message.session);
      if (message.news.is === 'ended') this.sessions.delete(message.session);
      session?.hear(message.news);
      return;
    }
    const asked = this.waiting.get(message.ask);
    this.waiting.delete(message.ask);
    if ('error' in message) asked?.reject(new Error(message.error));
    else asked?.resolve(message.value);
  }

  private lost(child: ChildProcess, cause: Error): void {
    if (this.child !== child) return;
    this.child = undefined;
    this.outbox.drop();
    if (!this.closed)
      this.options.log.warn('The launcher of processes ended; the next start makes a new one', { cause });
    for (const asked of this.waiting.values()) asked.reject(cause);
    this.waiting.clear();
    for (const session of this.sessions.values()) session.lost(cause);
    this.sessions.clear();
    this.options.onLost();
  }

  private endPredecessor(): void {
    const old = this.readIdentity();
    if (old === undefined || !isAlive(old)) return;
    send(old.pid, 'SIGKILL');
  }

  private readIdentity(): ProcessIdentity | undefined {
    try {
      return JSON.parse(readFileSync(this.identityFile(), 'utf8')) as ProcessIdentity;
    } catch {
      return undefined;
    }
  }

  private identityFile(): string {
    return join(this.options.directory, 'launcher.json');
  }
}
