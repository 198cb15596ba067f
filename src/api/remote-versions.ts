import { apiServices } from '#kinds/api-service/api-service.ts';
import { isRemote } from '#kinds/api-service/availability.ts';
import type { ApiCore } from './core.ts';

/** A version of a group that an APIService gives to another server, and its ranks. */
export interface RemoteVersion {
  readonly group: string;
  readonly version: string;
  readonly groupPriority: number;
  readonly versionPriority: number;
}

/** Those of now, without what is served here: that stays ours, whoever claims it. */
export function remoteVersions({ objects, registry }: ApiCore): readonly RemoteVersion[] {
  if (!registry.isBuiltIn(apiServices)) return [];
  const claimed = objects.all(apiServices).filter(isRemote);
  if (claimed.length === 0) return [];
  const own = new Set(registry.resources.map(({ group, version }) => `${version}.${group}`));
  return claimed
    .filter(({ metadata }) => !own.has(metadata.name))
    .map(({ spec: { group = '', version = '', groupPriorityMinimum, versionPriority } }) => ({
      ...{ group, version, groupPriority: groupPriorityMinimum, versionPriority },
    }));
}
