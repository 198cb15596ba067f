import { type Controller, type ControllerLoop, type RunningController, runController } from '#reconcile/controller.ts';

/** A controller told as its parts: what fills its queue, and what is done with each key. */
export interface QueuedControllerParts extends ControllerLoop {
  /** Subscribes to the news that fills the queue. Called once, at the start; each function it returns ends one subscription. */
  readonly follow: () => readonly (() => void)[];
  /** Lets go of what only this controller uses, once the last key has been seen to. */
  readonly release?: () => void;
}

/** Follows the news and works off the queue from its start to its stop. */
export function createQueuedController(parts: QueuedControllerParts): Controller {
  let ends: readonly (() => void)[] = [];
  let loop: RunningController | undefined;
  return {
    queues: [{ name: parts.name, queue: parts.queue }],
    start: () => {
      ends = parts.follow();
      loop = runController(parts);
    },
    stop: async () => {
      for (const end of ends) end();
      await loop?.stop();
      parts.release?.();
    },
  };
}
