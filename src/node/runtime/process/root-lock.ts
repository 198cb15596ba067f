import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from '#node/runtime/process/processes.ts';

/** The folder of a node is in use by another process. */
export class NodeInUseError extends Error {
  override readonly name = 'NodeInUseError';
}

/** Keeps a node's folder to this process; a holder that was killed holds it no more. Returns how to let go. Throws
 *  `NodeInUseError`. */
export function lockRoot(root: string): () => void {
  const file = join(root, 'lock.json');
  const holder = read(file);
  if (holder !== undefined && holder.pid !== process.pid && isAlive(holder)) {
    throw new NodeInUseError(
      `Cannot use ${root}: a node of process ${holder.pid} runs there. Stop that one, or choose another name or data directory.`,
    );
  }
  mkdirSync(root, { recursive: true, mode: 0o750 });
  writeFileSync(file, JSON.stringify(identify(process.pid)), { mode: 0o640 });
  return () => rmSync(file, { force: true });
}

function read(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
