import { defaultPath, findExecutable } from '#node/runtime/process/command.ts';
import { type ContainerConfig, type Restrictions, StartError } from '#node/runtime/runtime.ts';

/** Linux' capabilities by number, as `linux/capability.h` counts them. */
const capabilities = [
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE',
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN',
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE',
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE',
].flatMap((line) => line.split(' '));

/** The capabilities behind the calls that container runtimes' default seccomp profile forbids to whoever lacks them: to mount, to
 *  load modules, to reboot, to set the clock, to look into other processes … */
const guarded = [
  ...['DAC_READ_SEARCH', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_MODULE', 'SYS_NICE', 'SYS_PACCT', 'SYS_PTRACE', 'SYS_RAWIO'],
  ...['SYS_TIME', 'SYS_TTY_CONFIG', 'SYSLOG', 'PERFMON', 'BPF'],
];

/** Whether this machine has the program that takes powers from a command. */
export function canRestrict(): boolean {
  return setprivPath() !== undefined;
}

/** The words that, put before a command, let it run as another user, with other groups, and with less than that user may do
 *  (spec: node-agent.md section 35.3). None where nothing is to be changed. Throws `StartError` when that cannot be done. */
export function privilegeWords({
  user,
  groups = [],
  restrictions,
}: Pick<ContainerConfig, 'user' | 'groups' | 'restrictions'>): readonly string[] {
  const isRoot = process.getuid?.() === 0;
  const words = [
    ...userWords(user, groups, isRoot),
    ...(restrictions === undefined ? [] : restrictionWords(restrictions, isRoot)),
  ];
  if (words.length === 0) return [];
  const setpriv = setprivPath();
  if (setpriv !== undefined) return [setpriv, ...words];
  const what = user === undefined ? 'securityContext' : `runAsUser ${user.uid}`;
  throw new StartError('CreateContainerConfigError', `${what}: this machine has no setpriv (util-linux)`);
}

function userWords(user: ContainerConfig['user'], groups: readonly number[], isRoot: boolean): readonly string[] {
  const self = { uid: process.getuid?.(), gid: process.getgid?.() };
  const isSelf = user === undefined || (self.uid === user.uid && self.gid === user.gid);
  if (isSelf && (groups.length === 0 || !isRoot)) return [];
  if (!isRoot) throw new StartError('CreateContainerConfigError', `runAsUser ${user?.uid}: node daemon is not root`);
  const identity = isSelf ? [] : ['--reuid', String(user.uid), '--regid', String(user.gid)];
  return [...identity, ...(groups.length === 0 ? ['--clear-groups'] : ['--groups', groups.join(',')])];
}

/** A user without capabilities has none to lose; programs that belong to root must not give him any either. */
function restrictionWords(restrictions: Restrictions, isRoot: boolean): readonly string[] {
  const { noNewPrivileges, dropped, added } = restrictions;
  const lost = lostCapabilities(restrictions);
  const nothingNew = noNewPrivileges || (!isRoot && dropped.length > 0) ? ['--no-new-privs'] : [];
  if (!isRoot || lost === undefined) return nothingNew;
  const kept = dropped.includes('ALL') ? ['-all', ...numbersOf(added).map((number) => `+cap_${number}`)] : undefined;
  const bounding = (kept ?? lost.map((number) => `-cap_${number}`)).join(',');
  return bounding === '' ? nothingNew : [...nothingNew, '--inh-caps', '-all', '--bounding-set', bounding];
}

function lostCapabilities({ dropped, added, defaultSeccomp }: Restrictions): readonly number[] | undefined {
  if (dropped.length === 0 && !defaultSeccomp) return undefined;
  const lost = new Set(numbersOf([...dropped, ...(defaultSeccomp ? guarded : [])]));
  // What is both dropped and added is kept, as container runtimes have it.
  for (const number of added.includes('ALL') ? lost : numbersOf(added)) lost.delete(number);
  return [...lost];
}

/** Names that Linux does not know are passed over, as container runtimes do. */
function numbersOf(names: readonly string[]): number[] {
  return names.map((name) => capabilities.indexOf(name)).filter((number) => number >= 0);
}

function setprivPath(): string | undefined {
  return process.platform === 'linux' ? findExecutable('setpriv', defaultPath, '/') : undefined;
}
