import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { latestOnly } from '#node/runtime/process/latest-only.ts';
import type { Order, OutputName, SessionNews, SessionWord } from '#node/runtime/process/launcher-protocol.ts';
import { send } from '#node/runtime/process/processes.ts';
import { resizeTerminal, terminalOf } from '#node/runtime/process/terminal-size.ts';

/** So much output of a session may be on its way to the server: more would stand in the way of other orders. */
const windowBytes = 256 * 1024;

/** A terminal is there a moment after the program that makes it. */
const terminalTriesMax = 100;
const terminalTryMs = 10;

/** How long a command has to work off the input of a client that has left. */
const partingMs = 10_000;

/** The launcher's end of a command whose streams somebody holds. */
export class LauncherSession {
  /** A client may tell sizes faster than a program can be started for each. */
  private readonly resized = latestOnly(resizeTerminal);
  private readonly child: ChildProcess;
  private readonly tty: boolean;
  private readonly tell: (news: SessionNews) => void;
  private readonly onWay = { stdout: 0, stderr: 0 };
  private parting: NodeJS.Timeout | undefined;

  /** Resolves when the command runs. */
  static open(order: Order & { do: 'open' }, tell: (news: SessionNews) => void): Promise<LauncherSession> {
    const session = new LauncherSession(order, tell);
    return new Promise((resolve, reject) => {
      session.child.on('spawn', () => resolve(session));
      session.child.on('error', reject);
    });
  }

  private constructor(
    { command, env, cwd, stdin, stdout, stderr, tty }: Order & { do: 'open' },
    tell: (news: SessionNews) => void,
  ) {
    const [file = '', ...rest] = command;
    const pipeIf = (wanted: boolean): 'pipe' | 'ignore' => (wanted ? 'pipe' : 'ignore');
    // The program that makes the terminal ends with its input: that stays open until somebody closes it.
    const stdio = [pipeIf(stdin || tty), pipeIf(stdout), pipeIf(stderr)] as const;
    this.tty = tty;
    this.tell = tell;
    this.child = spawn(file, rest, { detached: true, stdio: [...stdio], env, cwd });
    // A command need not read what it is given.
    this.child.stdin?.on('error', () => {});
    this.carry('stdout', this.child.stdout);
    this.carry('stderr', this.child.stderr);
    // Comes after the last of both outputs, also of what the command left behind.
    this.child.on('close', (code, signal) => tell({ is: 'ended', exitCode: code ?? 128 + numberOf(signal) }));
  }

  obey(word: SessionWord): void {
    switch (word.do) {
      case 'input':
        this.input(word.base64);
        break;
      case 'end-input':
        this.child.stdin?.end();
        break;
      case 'took':
        this.took(word.output, word.bytes);
        break;
      case 'resize':
        this.resize(word.width, word.height, terminalTriesMax);
        break;
      case 'hang-up':
        if (word.patient && !this.tty) this.part();
        else this.hangUp();
        break;
    }
  }

  private input(base64: string): void {
    const done = (): void => this.tell({ is: 'took' });
    const { stdin } = this.child;
    if (stdin?.writable !== true) done();
    else stdin.write(Buffer.from(base64, 'base64'), done);
  }

  private carry(output: OutputName, stream: Readable | null): void {
    stream?.on('data', (bytes: Buffer) => {
      if (this.parting !== undefined) return;
      this.onWay[output] += bytes.length;
      this.tell({ is: 'output', output, base64: bytes.toString('base64') });
      if (this.onWay[output] >= windowBytes) stream.pause();
    });
  }

  private took(output: OutputName, bytes: number): void {
    this.onWay[output] -= bytes;
    if (this.onWay[output] < windowBytes) this.child[output]?.resume();
  }

  /** Nobody reads its output any more; it goes on while it has input to read, and time. */
  private part(): void {
    this.parting = setTimeout(() => this.hangUp(), partingMs).unref();
    for (const output of [this.child.stdout, this.child.stderr]) output?.resume();
    this.child.on('close', () => clearTimeout(this.parting));
  }

  /** What closing a terminal does: the command ends, unless it said that it does not care. */
  private hangUp(): void {
    const { pid, stdin, stdout, stderr, exitCode, signalCode } = this.child;
    if (pid !== undefined && exitCode === null && signalCode === null) send(-pid, 'SIGHUP');
    for (const stream of [stdin, stdout, stderr]) stream?.destroy();
  }

  private resize(width: number, height: number, tries: number): void {
    if (!this.tty || this.child.exitCode !== null) return;
    const terminal = terminalOf(this.child.pid);
    if (terminal === undefined) {
      if (tries > 0) setTimeout(() => this.resize(width, height, tries - 1), terminalTryMs);
      return;
    }
    this.resized({ terminal, width, height });
  }
}

function numberOf(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : constants.signals[signal];
}
