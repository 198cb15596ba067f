import { closeSync, constants, existsSync, openSync, readFileSync, renameSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { latestOnly } from '#node/runtime/process/latest-only.ts';
import type { SessionNews, SessionWord } from '#node/runtime/process/launcher-protocol.ts';
import { parseIdentity } from '#node/runtime/process/processes.ts';
import { childrenOf, resizeTerminal, terminalOf } from '#node/runtime/process/terminal-size.ts';

/** A container is there a moment before its pipes and its terminal are. */
const triesMax = 200;
const tryMs = 10;

/** The launcher's end of a container's input (see supervisor.ts): any number may write to it, one after the other or at once. */
export class LauncherFeed {
  /** A client may tell sizes faster than a program can be started for each. */
  private readonly resized = latestOnly(resizeTerminal);
  private readonly directory: string;
  private readonly once: boolean;
  private readonly tell: (news: SessionNews) => void;
  private readonly pipe: Socket;
  private closed = false;

  /** Rejects when the container takes no input any more. */
  static async open(directory: string, once: boolean, tell: (news: SessionNews) => void): Promise<LauncherFeed> {
    const fd = await openPipe(join(directory, 'in'), () => existsSync(join(directory, 'in.ended')));
    if (fd === undefined) throw new Error('the input of the container has ended');
    return new LauncherFeed(directory, once, fd, tell);
  }

  private constructor(directory: string, once: boolean, fd: number, tell: (news: SessionNews) => void) {
    this.directory = directory;
    this.once = once;
    this.tell = tell;
    // A socket waits its turn in the event loop; a file stream would hold a thread while the container does not read.
    this.pipe = new Socket({ fd, readable: false, writable: true });
    // A container need not read what it is given.
    this.pipe.on('error', () => {});
  }

  obey(word: SessionWord): void {
    switch (word.do) {
      case 'input':
        this.input(Buffer.from(word.base64, 'base64'));
        break;
      case 'resize':
        this.resize(word.width, word.height, triesMax);
        break;
      case 'took':
        break;
      case 'end-input':
      case 'hang-up':
        void this.close();
        break;
    }
  }

  private input(bytes: Buffer): void {
    const done = (): void => this.tell({ is: 'took' });
    if (this.pipe.writable) this.pipe.write(bytes, done);
    else done();
  }

  private async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.pipe.destroy();
    if (this.once) await this.endInput();
    this.tell({ is: 'ended', exitCode: 0 });
  }

  /** For good: whoever attaches later finds that it has ended. */
  private async endInput(): Promise<void> {
    try {
      renameSync(join(this.directory, 'in'), join(this.directory, 'in.ended'));
    } catch {
      // Somebody else was faster, or the container is gone.
      return;
    }
    const fd = await openPipe(join(this.directory, 'eof'), () => !existsSync(this.directory));
    if (fd !== undefined) closeSync(fd);
  }

  private resize(width: number, height: number, tries: number): void {
    if (this.closed) return;
    const terminal = this.terminal();
    if (terminal !== undefined) this.resized({ terminal, width, height });
    else if (tries > 0) setTimeout(() => this.resize(width, height, tries - 1), tryMs);
  }

  /** Among the supervisor's children one makes the terminal, if any does. */
  private terminal(): string | undefined {
    try {
      const supervisor = parseIdentity(readFileSync(join(this.directory, 'claim'), 'latin1'));
      return childrenOf(supervisor?.pid)
        .map(terminalOf)
        .find((terminal) => terminal !== undefined);
    } catch {
      return undefined;
    }
  }
}

/** Opens a named pipe to write to once somebody reads from it; undefined when nobody ever will. */
async function openPipe(path: string, never: () => boolean): Promise<number | undefined> {
  for (let tries = 0; tries < triesMax && !never(); tries++) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, tryMs));
    }
  }
  return undefined;
}
