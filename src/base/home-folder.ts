import { homedir } from 'node:os';

/** The user's own folder; undefined for a user whom the machine does not know and who did not set HOME, as in many containers. */
export function homeFolder(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
