import type { CommandRequest, StreamRequest } from '#client/remote-command.ts';
import { apiErrors } from '#kinds/meta/errors.ts';

/** What a node is asked for, as the query of `/exec/…` and `/attach/…` (spec: node-agent.md section 28). */
export function commandQuery(request: StreamRequest | CommandRequest): string {
  const query = new URLSearchParams();
  for (const word of 'command' in request ? request.command : []) query.append('command', word);
  for (const [flag, field] of flags) if (request[field]) query.set(flag, '1');
  return query.toString();
}

const flags = [
  ['input', 'stdin'],
  ['output', 'stdout'],
  ['error', 'stderr'],
  ['tty', 'tty'],
] as const;

/** Reads such a query. Throws BadRequest for one that asks for nothing. */
export function readCommandQuery(query: URLSearchParams): CommandRequest {
  const isSet = (flag: string): boolean => ['1', 'true'].includes(query.get(flag) ?? '');
  const streams = { stdin: isSet('input'), stdout: isSet('output'), stderr: isSet('error'), tty: isSet('tty') };
  requireStreams(streams);
  return { command: query.getAll('command'), ...streams };
}

/** Throws BadRequest when no stream is asked for. */
export function requireStreams({ stdin, stdout, stderr }: StreamRequest): void {
  if (!stdin && !stdout && !stderr) {
    throw apiErrors.badRequest('you must specify at least 1 of stdin, stdout, stderr');
  }
}

/** Throws BadRequest when there is nothing to run. */
export function requireCommand({ command }: CommandRequest): void {
  if (command.length === 0 || command[0] === '') {
    throw apiErrors.badRequest('you must specify at least one command for the container');
  }
}
