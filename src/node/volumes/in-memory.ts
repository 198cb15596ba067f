import type { Volume } from '#kinds/pod/schema/volumes.ts';

const executeBits = 0o111;

interface WithMode {
  readonly mode?: number;
}

/** Whether a volume's files belong in memory, so that no secret of the cluster lies on a disk: as upstream has it, all that is made
 *  from API objects but ConfigMaps. Programs are the exception, as what is in memory cannot be run on most machines. */
export function belongsInMemory({ secret, downwardAPI, projected }: Volume): boolean {
  const source = secret ?? downwardAPI ?? projected;
  if (source === undefined) return false;
  const parts = (projected?.sources ?? []).map((one) => one.configMap ?? one.secret ?? one.downwardAPI);
  const items: readonly WithMode[] = [secret, downwardAPI, ...parts].flatMap(
    (one): readonly WithMode[] => one?.items ?? [],
  );
  const modes = [source.defaultMode, ...items.map(({ mode }) => mode)];
  return modes.every((mode = 0) => (mode & executeBits) === 0);
}
