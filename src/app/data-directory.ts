import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '#app/config.ts';

/** Where things stand inside a data directory. */
export interface DataDirectory {
  readonly root: string;
  readonly database: string;
  /** Certificates and their keys. */
  readonly pki: string;
  /** Signs the tokens of service accounts. */
  readonly tokenKey: string;
  /** What one node keeps of its pods. */
  node(name: string): string;
}

/** Makes the directory, for its owner alone, if it is not there. Throws `ConfigError` when that cannot be done. */
export function openDataDirectory(root: string): DataDirectory {
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
  } catch (error) {
    const cure = 'choose another with --data-dir';
    throw new ConfigError(`Cannot make the data directory ${root}: ${(error as Error).message}; ${cure}`);
  }
  return {
    root,
    database: path.join(root, 'state.db'),
    pki: path.join(root, 'pki'),
    tokenKey: path.join(root, 'pki', 'service-account.key'),
    node: (name) => path.join(root, 'nodes', name),
  };
}
