/** What ends one thing that was started; `How` says in which manner. */
export type Step<How> = (how: How) => Promise<void>;

/** What was started, with the way to end it. */
export type Stoppable<T, How> = T & {
  /** Ends what was started, the last thing first. */
  stop(how?: How): Promise<void>;
};

/** Starts something of many parts. `start` notes for each part how it is ended; when it fails, what was started before the
 *  failure is ended. */
export async function startStoppable<T extends object, How extends object>(
  start: (undo: Step<How>[]) => Promise<T>,
  usual: How,
): Promise<Stoppable<T, How>> {
  const undo: Step<How>[] = [];
  const stop = async (how: How = usual): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step(how);
  };
  try {
    return { ...(await start(undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
