import { type FSWatcher, watch } from 'node:fs';
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Millis } from '#base/units.ts';
import type { LogStream } from '#node/logs/cri-format.ts';
import type { LogSource } from '#node/logs/read-log.ts';
import { LogPump } from '#node/runtime/process/log-pump.ts';
import { RawOutput } from '#node/runtime/process/raw-output.ts';
import type { Container, ContainerConfig, ContainerState } from '#node/runtime/runtime.ts';

export interface ProcessContainerOptions {
  readonly id: string;
  readonly config: ContainerConfig;
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly punch: (path: string, offset: number, length: number) => void;
}

/** There are no images: the machine's own files are what runs. */
const imageId = `host:${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
/** A container that lives so long gets its output carried over while it runs; for shorter ones once, at the end. */
const tailAfterMs: Millis = 100;
/** Writes that come close together are carried over together. */
const gatherMs: Millis = 20;
/** How long a reader waits at most before it looks by itself. */
const lookMs: Millis = 1_000;

/** How it ended, in the terms of `ContainerState`. */
type Exit = Pick<ContainerState & { is: 'exited' }, 'exitCode' | 'reason' | 'message'> & { readonly at: Millis };

/** One container in memory: its state, and its output on the way from the raw files to the log. */
export class ProcessContainer implements LogSource {
  readonly id: string;
  readonly config: ContainerConfig;
  readonly directory: string;
  private readonly options: ProcessContainerOptions;
  private current: ContainerState;
  private pump: LogPump | undefined;
  private watcher: FSWatcher | undefined;
  private timer: Timer | undefined;
  private readonly waiting = new Set<() => void>();
  /** Whether anybody has attached to it. */
  attached = false;
  /** Who read what it wrote, byte by byte. */
  private followers = 0;

  constructor(options: ProcessContainerOptions, state: ContainerState) {
    this.id = options.id;
    this.config = options.config;
    this.directory = options.directory;
    this.options = options;
    this.current = state;
    if (state.is === 'running') this.timer = options.clock.after(tailAfterMs, () => this.tail(), { background: true });
  }

  get state(): ContainerState {
    return this.current;
  }

  get running(): boolean {
    return this.current.is === 'running';
  }

  view(): Container {
    const { podUid, name, attempt, image } = this.config;
    return { id: this.id, podUid, name, attempt, image, imageId, state: this.current };
  }

  /** Takes over the last of the output, if it `wrote` any, and ends for good. */
  exit({ exitCode, reason, message, at }: Exit, wrote: boolean): void {
    if (this.current.is === 'exited') return;
    const { startedAt } = this.current;
    this.release();
    if (wrote) this.carry(true);
    this.current = { is: 'exited', startedAt, finishedAt: Math.max(at, startedAt), exitCode, reason, message };
    this.wake();
  }

  /** Throws while it runs. */
  refuseRunning(): void {
    if (this.running) throw new Error(`Cannot remove container ${this.id}: it is running; stop it first`);
  }

  /** Stops watching; the files stay. */
  release(): void {
    this.timer?.cancel();
    this.watcher?.close();
    this.watcher = undefined;
  }

  get path(): string {
    return this.config.logPath;
  }

  update(): void {
    if (this.running) this.carry(false);
  }

  ended(): boolean {
    return !this.running;
  }

  changed(signal: AbortSignal): Promise<void> {
    this.tail();
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel();
        signal.removeEventListener('abort', done);
        this.waiting.delete(done);
        resolve();
      };
      const timer = this.options.clock.after(lookMs, done, { background: true });
      signal.addEventListener('abort', done, { once: true });
      this.waiting.add(done);
    });
  }

  /** Somebody attaches. Whether he is to see what was written before: the first one of a container that reads input is, as what
   *  it asks comes before anybody could be there. */
  beginAttaching(): boolean {
    const first = !this.attached && this.config.input !== undefined;
    this.attached = true;
    return first;
  }

  /** The bytes of one output as they were written, from now on or from the start, until the container has ended or `enough`. */
  async *follow(stream: LogStream, fromStart: boolean, enough: AbortSignal): AsyncGenerator<Uint8Array> {
    const file = new RawOutput(this.directory, stream);
    if (!fromStart) file.toEnd();
    this.followers++;
    try {
      for (;;) {
        const last = !this.running || enough.aborted;
        for (let bytes = file.read(); bytes.length > 0; bytes = file.read()) yield bytes;
        if (last) return;
        await this.changed(enough);
      }
    } finally {
      this.followers--;
    }
  }

  /** Carries output over whenever there is some, from now on. */
  private tail(): void {
    if (this.watcher !== undefined || !this.running) return;
    this.timer?.cancel();
    this.timer = undefined;
    try {
      // One that is still being stopped when the process wants to end must not keep it from that.
      this.watcher = watch(this.directory, { persistent: false }, (_event, file) => {
        if (file === 'out' || file === 'err') this.carrySoon();
      });
      this.watcher.on('error', (error) => this.options.log.warn('Cannot watch the output of a container', { error }));
    } catch (error) {
      this.options.log.warn('Cannot watch the output of a container; it is read when asked for', { error });
    }
    this.carry(false);
  }

  private carrySoon(): void {
    if (this.timer !== undefined) return;
    const run = (): void => {
      this.timer = undefined;
      this.carry(false);
      this.wake();
    };
    this.timer = this.options.clock.after(gatherMs, run, { background: true });
  }

  /** A container must never suffer from a log that cannot be written: what is left behind is taken over the next time. */
  private carry(ended: boolean): void {
    try {
      this.pump ??= new LogPump({
        directory: this.directory,
        logPath: this.config.logPath,
        now: () => this.options.clock.now(),
        punch: this.options.punch,
        mayPunch: () => this.followers === 0,
      });
      this.pump.pump(ended);
    } catch (error) {
      this.options.log.warn('Cannot write the log of a container', { logPath: this.config.logPath, error });
    }
  }

  private wake(): void {
    for (const done of [...this.waiting]) done();
  }
}
