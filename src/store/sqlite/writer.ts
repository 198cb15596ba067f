import { Worker } from 'node:worker_threads';
import type { WriterJob, WriterOptions, WriterReply } from '#store/sqlite/writer-jobs.ts';

/** The main thread's side of the writer thread.
 *
 *  Why a thread: commits on the main thread measured a third faster in themselves (41,000 against 30,000 writes/s by 256 writers,
 *  0.11 against 0.15 ms for one alone), but what the main thread has left is what limits the whole program. Through the thread a
 *  write takes 10 to 17 µs of it instead of 24 to 27, and the event loop's worst stalls, during checkpoints, are half as long
 *  (99 %: 4.5 against 7.5 ms by 16 writers). On a disk that takes milliseconds to sync, or while another program holds a lock,
 *  the main thread would stand still all that time. */
export class Writer {
  private readonly worker: Worker;
  private answer: ((reply: WriterReply) => void) | undefined;
  private readonly ended: Promise<void>;

  /** `onBroken` is called if the thread dies of itself; nothing is answered after that. */
  constructor(options: WriterOptions, onBroken: (cause: Error) => void) {
    // From the package the thread's program is a bundle of its own beside the main one.
    const file = import.meta.url.endsWith('.ts') ? './writer-thread.ts' : './store-writer.js';
    this.worker = new Worker(new URL(file, import.meta.url), { workerData: options });
    this.worker.on('message', (reply: WriterReply) => this.answer?.(reply));
    this.worker.on('error', onBroken);
    this.ended = new Promise((resolve) => this.worker.on('exit', () => resolve()));
    // An idle store keeps no process alive; one with a job under way does.
    this.worker.unref();
  }

  /** Runs one job; the next may be given once this one is answered. */
  run(job: Exclude<WriterJob, { kind: 'close' }>, answer: (reply: WriterReply) => void): void {
    this.worker.ref();
    this.answer = (reply) => {
      this.worker.unref();
      answer(reply);
    };
    this.worker.postMessage(job);
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    this.worker.ref();
    this.worker.postMessage({ kind: 'close' } satisfies WriterJob);
    await this.ended;
  }
}
