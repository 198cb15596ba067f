import { isConflict, isNotFound } from '#kinds/meta/errors.ts';

/** For a request about an object that may have gone meanwhile: lets NotFound pass and throws anything else. */
export function ignoreNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error;
}

/** For a write decided by a cache, which may be behind: lets pass that somebody else wrote or removed the object first, for the news
 *  of it brings its key back to the queue. Throws anything else. */
export function ignoreRaces(error: unknown): void {
  if (!isConflict(error) && !isNotFound(error)) throw error;
}
