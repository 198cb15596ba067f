import type { Container } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Restrictions } from '#node/runtime/runtime.ts';

/** What a pod takes from one of its containers; undefined for nothing (spec: node-agent.md section 21). The container's word on
 *  seccomp counts before the pod's. A privileged container keeps all capabilities and is under no profile. */
export function restrictionsOf(pod: Pod, container: Container): Restrictions | undefined {
  const { allowPrivilegeEscalation, capabilities, privileged, readOnlyRootFilesystem, seccompProfile } =
    container.securityContext ?? {};
  const profile = seccompProfile ?? pod.spec.securityContext?.seccompProfile;
  const isPrivileged = privileged === true;
  const found: Restrictions = {
    noNewPrivileges: allowPrivilegeEscalation === false,
    dropped: isPrivileged ? [] : plainNames(capabilities?.drop),
    added: plainNames(capabilities?.add),
    defaultSeccomp: !isPrivileged && profile?.type === 'RuntimeDefault',
    readOnlyRoot: readOnlyRootFilesystem === true,
  };
  const { noNewPrivileges, dropped, defaultSeccomp, readOnlyRoot } = found;
  return noNewPrivileges || dropped.length > 0 || defaultSeccomp || readOnlyRoot ? found : undefined;
}

/** The groups that a pod gives its processes beside their user's own. */
export function groupsOf({ spec }: Pod): readonly number[] {
  const { supplementalGroups = [], fsGroup } = spec.securityContext ?? {};
  return [...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])];
}

/** Manifests write NET_RAW, net_raw and CAP_NET_RAW. */
function plainNames(names: readonly string[] = []): readonly string[] {
  return names.map((name) => name.toUpperCase().replace(/^CAP_/, ''));
}
