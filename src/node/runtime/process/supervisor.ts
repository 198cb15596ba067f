/** The shell script that stands between the launcher and a container's command. It is what makes exit codes survive the
 *  death of everybody else, for about a megabyte each (spec: node-agent.md section 35.2, "Who waits").
 *
 *  Arguments: the container's directory, the exit file, "pipes" or "files", the command. Steps:
 *  1. Claim the start: the claim file is made with noclobber, so that of all who ever try only one goes on. It holds the
 *     supervisor's line of /proc/self/stat, which is its identity. Signals are caught (not ignored: caught ones are back to
 *     their default in the command) so that one to the group leaves the supervisor alive to record the exit.
 *  2. Run the command in a subshell through `exec`, so that a builtin or function of the same name is never meant. Output is
 *     appended to plain files: nothing is lost, and nobody is stopped by SIGPIPE, while Sampan is not running. A command that
 *     opens /dev/stdout by name would empty such a file; with "pipes", a `cat` for each stream stands in between (twice the
 *     cost), deaf to signals, and at the end gets a second to finish.
 *  3. Record the exit code: one write of a few bytes to a new file; complete when it ends in a newline. If that fails (disk
 *     full) the code goes to the launcher as the supervisor's own.
 *  4. Kill what is left of the group, as the end of a PID namespace would; the supervisor goes with it. */
export const supervisorScript = `
trap : HUP INT QUIT ALRM TERM USR1 USR2
__sampan_d=$1 __sampan_x=$2 __sampan_o=$3
shift 3
if [ -r /proc/self/stat ]; then read -r __sampan_s </proc/self/stat; else __sampan_s=$$; fi
set -C
echo "$__sampan_s" >"$__sampan_d/claim" || exit 0
set +C
unset PWD OLDPWD SHLVL
if [ "$__sampan_o" = pipes ]; then
  command -p mkfifo -m 666 "$__sampan_d/o" "$__sampan_d/e"
  for __sampan_s in o:out e:err; do (
    trap '' HUP INT QUIT ALRM TERM USR1 USR2
    command -p cat <"$__sampan_d/\${__sampan_s%:*}" >>"$__sampan_d/\${__sampan_s#*:}"
    command -p rm "$__sampan_d/\${__sampan_s%:*}"
  ) & done
  (exec "$@") </dev/null >"$__sampan_d/o" 2>"$__sampan_d/e"
  __sampan_s=$? __sampan_o=0
  while [ -e "$__sampan_d/o" -o -e "$__sampan_d/e" ] && [ $__sampan_o -lt 100 ]; do
    __sampan_o=$((__sampan_o + 1))
    command -p sleep 0.01
  done
else
  (exec "$@") </dev/null >>"$__sampan_d/out" 2>>"$__sampan_d/err"
  __sampan_s=$?
fi
echo "$__sampan_s" >"$__sampan_x" || exit "$__sampan_s"
kill -9 0
`;

/** Whether a command seems to open its own output by name. */
export function opensItsOutput(command: readonly string[]): boolean {
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
