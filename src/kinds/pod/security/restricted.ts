import { type baselineChecks, checkAnyProcMount, hasOwnUsers } from '#kinds/pod/security/baseline.ts';
import {
  type AnyContainer,
  aboutContainers,
  containersOf,
  contextOf,
  distinct,
  type Judged,
  named,
  namedContainers,
  plural,
  quoted,
  type SecurityCheck,
  type SecurityFinding,
  setters,
} from '#kinds/pod/security/finding.ts';

const volumeTypes = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);
const profiles = ['RuntimeDefault', 'Localhost'];
/** Since this minor version pods that say they are for Windows are spared what Windows does not know. */
const windowsSince = 25;

/** A rule that level restricted adds. */
export interface RestrictedCheck {
  /** The minor version that brought it. */
  readonly since: number;
  /** The laxer rule of baseline in whose place it stands. */
  readonly replaces?: keyof typeof baselineChecks;
  readonly check: SecurityCheck;
}

/** What level restricted demands beyond baseline, in the order in which findings are listed (spec: api.md section 18.1). */
export const restrictedChecks: readonly RestrictedCheck[] = [
  { since: 8, check: checkEscalation },
  { since: 22, replaces: 'capabilities', check: checkCapabilities },
  { since: 35, replaces: 'procMount', check: checkAnyProcMount },
  { since: 0, replaces: 'hostPaths', check: checkVolumes },
  { since: 0, check: checkNonRoot },
  { since: 23, check: checkUser },
  { since: 19, replaces: 'seccomp', check: checkSeccomp },
];

function isForWindows({ spec, minor }: Judged): boolean {
  return minor >= windowsSince && spec.os?.name === 'windows';
}

function checkEscalation(pod: Judged): SecurityFinding | undefined {
  if (isForWindows(pod)) return undefined;
  const containers = containersOf(pod.spec).filter((one) => contextOf(one).allowPrivilegeEscalation !== false);
  const must = 'must set securityContext.allowPrivilegeEscalation=false';
  return aboutContainers('allowPrivilegeEscalation != false', containers, must);
}

function checkCapabilities(pod: Judged): SecurityFinding | undefined {
  if (isForWindows(pod)) return undefined;
  const containers = containersOf(pod.spec);
  const keeping = containers.filter((container) => !(contextOf(container).capabilities?.drop ?? []).includes('ALL'));
  const added = (container: AnyContainer): readonly string[] =>
    (contextOf(container).capabilities?.add ?? []).filter((capability) => capability !== 'NET_BIND_SERVICE');
  const adding = containers.filter((container) => added(container).length > 0);
  const names = quoted(distinct(adding.flatMap(added)));
  const details = [
    ...(keeping.length === 0 ? [] : [`${namedContainers(keeping)} must set securityContext.capabilities.drop=["ALL"]`]),
    ...(adding.length === 0
      ? []
      : [`${namedContainers(adding)} must not include ${names} in securityContext.capabilities.add`]),
  ];
  return details.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: details.join('; ') };
}

function checkVolumes({ spec }: Judged): SecurityFinding | undefined {
  const typesOf = (volume: object): readonly string[] =>
    Object.keys(volume).filter((key) => key !== 'name' && !volumeTypes.has(key));
  const volumes = (spec.volumes ?? []).filter((volume) => typesOf(volume).length > 0);
  if (volumes.length === 0) return undefined;
  const types = distinct(volumes.flatMap(typesOf));
  const names = named(
    'volume',
    volumes.map(({ name }) => name),
  );
  const uses = volumes.length === 1 ? 'uses' : 'use';
  const detail = `${names} ${uses} ${plural('restricted volume type', types.length)} ${quoted(types)}`;
  return { reason: 'restricted volume types', detail };
}

function checkNonRoot(judged: Judged): SecurityFinding | undefined {
  if (hasOwnUsers(judged)) return undefined;
  const { spec } = judged;
  const reason = 'runAsNonRoot != true';
  const general = spec.securityContext?.runAsNonRoot;
  const containers = containersOf(spec);
  const refusing = containers.filter((container) => contextOf(container).runAsNonRoot === false);
  if (general === false || refusing.length > 0) {
    const detail = `${setters(general === false, refusing)} must not set securityContext.runAsNonRoot=false`;
    return { reason, detail };
  }
  if (general === true) return undefined;
  const silent = containers.filter((container) => contextOf(container).runAsNonRoot === undefined);
  if (silent.length === 0) return undefined;
  return { reason, detail: `pod or ${namedContainers(silent)} must set securityContext.runAsNonRoot=true` };
}

function checkUser(judged: Judged): SecurityFinding | undefined {
  if (hasOwnUsers(judged)) return undefined;
  const { spec } = judged;
  const pod = spec.securityContext?.runAsUser === 0;
  const containers = containersOf(spec).filter((container) => contextOf(container).runAsUser === 0);
  if (!pod && containers.length === 0) return undefined;
  return { reason: 'runAsUser=0', detail: `${setters(pod, containers)} must not set runAsUser=0` };
}

function checkSeccomp(judged: Judged): SecurityFinding | undefined {
  if (isForWindows(judged)) return undefined;
  const { spec } = judged;
  const reason = 'seccompProfile';
  const general = spec.securityContext?.seccompProfile?.type;
  const isBad = (type: string | undefined): boolean => type !== undefined && !profiles.includes(type);
  const containers = containersOf(spec);
  const typeOf = (container: AnyContainer): string | undefined => contextOf(container).seccompProfile?.type;
  const refusing = containers.filter((container) => isBad(typeOf(container)));
  if (isBad(general) || refusing.length > 0) {
    const values = distinct([...(isBad(general) ? [general] : []), ...refusing.map(typeOf)]);
    const must = `must not set securityContext.seccompProfile.type to ${quoted(values)}`;
    return { reason, detail: `${setters(isBad(general), refusing)} ${must}` };
  }
  const silent = containers.filter((container) => typeOf(container) === undefined);
  if (general !== undefined || silent.length === 0) return undefined;
  const must = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"';
  return { reason, detail: `pod or ${namedContainers(silent)} ${must}` };
}
