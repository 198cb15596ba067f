import { readFileSync } from 'node:fs';
import type { User } from '#api/api.ts';
import { ConfigError } from '#app/config.ts';
import { parseTokenFile } from '#server/token-file.ts';

/** Looks tokens up in a file of them, which is read once. Throws `ConfigError` when it cannot be read. */
export function readStaticTokens(file: string): (token: string) => Promise<User | undefined> {
  const users = parseTokenFile(contentOf(file), file);
  return async (token) => users.get(token);
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`Cannot read the token file ${file}: ${(error as Error).message}`);
  }
}
