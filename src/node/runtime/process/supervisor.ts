/** The shell script that stands between the launcher and a container's command. It is what makes exit codes survive the
 *  death of everybody else, for about a megabyte each (spec: node-agent.md section 35.2, "Who waits"). A container with mounts
 *  has it run in the mount namespace of that container: one shell less for each start.
 *
 *  Arguments: the container's directory, the exit file, "pipes" or "files", "input" or "none", the command's working directory; flags, source and
 *  target of each mount; "--", the command. Steps:
 *  1. Hold on to what mounts may hide: the container's directory by standing in it, the exit file by opening it. Signals are
 *     caught (not ignored: caught ones are back to their default in the command) so that one to the group leaves the supervisor
 *     alive to record the exit.
 *  2. Make the mounts. Nobody else sees them, so it does no harm that another supervisor may do the same.
 *  3. Claim the start: the claim file is made with noclobber, so that of all who ever try only one goes on. It holds the
 *     supervisor's line of /proc/self/stat, which is its identity. Whoever reads it sees all the mounts in its namespace.
 *  4. Run the command in a subshell through `exec`, so that a builtin or function of the same name is never meant. Output is
 *     appended to plain files: nothing is lost, and nobody is stopped by SIGPIPE, while Sampan is not running. A command that
 *     opens /dev/stdout by name would empty such a file; with "pipes", a `cat` for each stream stands in between (twice the
 *     cost), deaf to signals, and at the end gets a second to finish.
 *     Input comes through a named pipe that anybody may write to at any time: a subshell keeps it open, also while nobody does,
 *     until somebody opens the pipe it waits at. The command finds what was written even if that was before it began.
 *  5. Record the exit code: one write of a few bytes; complete when it ends in a newline. If that fails (disk full) the code
 *     goes to the launcher as the supervisor's own.
 *  6. Kill what is left of the group, as the end of a PID namespace would; the supervisor goes with it. */
const script = `
trap : HUP INT QUIT ALRM TERM USR1 USR2
cd -- "$1" && exec 9>>"$2" || exit 0
__sampan_o=$3 __sampan_i=$4 __sampan_w=$5 __sampan_e=
shift 5
if [ -r /proc/self/stat ]; then read -r __sampan_s </proc/self/stat; else __sampan_s=$$; fi
while [ "$1" != -- ]; do
  if [ -z "$__sampan_e" ]; then
    __sampan_m=$(command -p mount $1 "$2" "$3" 2>&1 9>&-) || __sampan_e="$__sampan_m
cannot mount $2 at $3"
  fi
  shift 3
done
shift
set -C
echo "$__sampan_s" >claim || exit 0
set +C
unset SHLVL
if [ "$__sampan_i" = input ]; then
  command -p mkfifo -m 600 in eof
  exec 8<>in 7<in
  (
    trap '' HUP INT QUIT ALRM TERM USR1 USR2
    exec 7<&- 9>&-
    read -r __sampan_s <eof
  ) &
  exec 8<&-
else
  exec 7</dev/null
fi
if [ -n "$__sampan_e" ]; then
  printf '%s\\n' "$__sampan_e" >>err
  __sampan_s=128
elif [ "$__sampan_o" = pipes ]; then
  command -p mkfifo -m 666 o e
  for __sampan_s in o:out e:err; do (
    trap '' HUP INT QUIT ALRM TERM USR1 USR2
    exec 7<&- 9>&-
    command -p cat <"\${__sampan_s%:*}" >>"\${__sampan_s#*:}"
    command -p rm "\${__sampan_s%:*}"
  ) & done
  (cd -- "$__sampan_w" || exit 128; unset PWD OLDPWD; exec "$@") <&7 >o 2>e 7<&- 9>&-
  __sampan_s=$? __sampan_o=0
  while [ -e o -o -e e ] && [ $__sampan_o -lt 100 ]; do
    __sampan_o=$((__sampan_o + 1))
    command -p sleep 0.01
  done
else
  (cd -- "$__sampan_w" || exit 128; unset PWD OLDPWD; exec "$@") <&7 >>out 2>>err 7<&- 9>&-
  __sampan_s=$?
fi
echo "$__sampan_s" >&9 || exit "$__sampan_s"
kill -9 0
`;

/** A command as it is to be run, and what for. */
export interface Supervised {
  /** Where the container's files are. */
  readonly directory: string;
  readonly exitFile: string;
  /** The words that put what follows them into a mount namespace of its own; none without mounts. */
  readonly namespace: readonly string[];
  /** Flags, source and target of each mount. */
  readonly mounts: readonly string[];
  readonly command: readonly string[];
  readonly cwd: string;
  /** Whether it is to have an input that can be written to. */
  readonly input: boolean;
}

/** The whole command line of a supervisor. */
export function supervisorCommand(supervised: Supervised): string[] {
  const { directory, exitFile, namespace, mounts, command, cwd, input } = supervised;
  const output = opensItsOutput(command) ? 'pipes' : 'files';
  const supervisor = ['/bin/sh', '-c', script, 'sampan', directory, exitFile, output, input ? 'input' : 'none', cwd];
  return [...namespace, ...supervisor, ...mounts, '--', ...command];
}

/** Whether a command seems to open its own output by name. */
function opensItsOutput(command: readonly string[]): boolean {
  return command.some((word) => /\/dev\/(?:std(?:out|err)|fd\/)|\/proc\/(?:self|\$\$)\/fd\//.test(word));
}

/** Variables that the shell above would not hand on as they are: names it cannot hold, and those it sets itself. */
function needsCarrying(name: string): boolean {
  return !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || carried.has(name);
}

const carried = new Set(['PWD', 'OLDPWD', 'SHLVL', '_', 'IFS', 'PS1', 'PS2', 'PS4', 'PPID', 'OPTIND', 'ENV']);

/** The environment for the supervisor, and the words to put before the command so that `env` sets the rest. */
export function divideEnvironment(env: readonly { readonly name: string; readonly value: string }[]): {
  readonly plain: { [name: string]: string };
  readonly prefix: readonly string[];
} {
  const plain: { [name: string]: string } = {};
  const rest: string[] = [];
  for (const { name, value } of env) {
    if (needsCarrying(name)) rest.push(`${name}=${value}`);
    else plain[name] = value;
  }
  return { plain, prefix: rest.length === 0 ? [] : ['env', ...rest] };
}
