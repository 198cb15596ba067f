import { apiErrors } from '#kinds/meta/errors.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** The container that is meant: the one named, or the only one there is. */
export function chooseContainer({ metadata, spec }: Pod, named: string): string {
  const names = spec.containers.map((container) => container.name);
  const initNames = (spec.initContainers ?? []).map((container) => container.name);
  const otherNames = (spec.ephemeralContainers ?? []).map((container) => container.name);
  if (named !== '') {
    if ([...names, ...initNames, ...otherNames].includes(named)) return named;
    throw apiErrors.badRequest(`container ${named} is not valid for pod ${metadata.name}`);
  }
  const [first] = names;
  if (first !== undefined && names.length === 1) return first;
  const choice = initNames.length === 0 ? '' : ` or one of the init containers: [${initNames.join(' ')}]`;
  throw apiErrors.badRequest(
    `a container name must be specified for pod ${metadata.name}, choose one of: [${names.join(' ')}]${choice}`,
  );
}
