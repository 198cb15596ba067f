import type { Millis } from '#base/units.ts';
import type { LogOptions } from '#client/node-port.ts';
import { apiErrors } from '#kinds/meta/errors.ts';

/** What a node is asked for, as the query of `/containerLogs/…` (spec: node-agent.md section 28). */
export function logQuery({ follow, previous, timestamps, tailLines, limitBytes, since, stream }: LogOptions): string {
  const query = new URLSearchParams();
  for (const [flag, set] of Object.entries({ follow, previous, timestamps })) if (set) query.set(flag, 'true');
  if (tailLines !== undefined) query.set('tailLines', String(tailLines));
  if (limitBytes !== undefined) query.set('limitBytes', String(limitBytes));
  if (since !== undefined) query.set('sinceTime', new Date(since).toISOString());
  if (stream !== 'All') query.set('stream', stream);
  return query.toString();
}

/** Reads such a query, also as others write it. Throws BadRequest. */
export function readLogQuery(query: URLSearchParams, now: Millis): LogOptions {
  const tailLines = count(query, 'tailLines', 0) ?? count(query, 'tail', 0);
  const limitBytes = count(query, 'limitBytes', 1);
  const since = sinceOf(query, now);
  return {
    follow: isSet(query, 'follow'),
    previous: isSet(query, 'previous'),
    timestamps: isSet(query, 'timestamps'),
    stream: streamOf(query.get('stream')),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(since === undefined ? {} : { since }),
  };
}

function isSet(query: URLSearchParams, name: string): boolean {
  const text = query.get(name) ?? 'false';
  if (['true', '1', ''].includes(text)) return true;
  if (['false', '0'].includes(text)) return false;
  throw apiErrors.badRequest(`${name}: expected true or false, not ${JSON.stringify(text)}`);
}

function count(query: URLSearchParams, name: string, min: number): number | undefined {
  const text = query.get(name);
  if (text === null || (name === 'tail' && text === 'all')) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value;
  throw apiErrors.badRequest(`${name}: expected a whole number of at least ${min}, not ${JSON.stringify(text)}`);
}

function sinceOf(query: URLSearchParams, now: Millis): Millis | undefined {
  const time = query.get('sinceTime');
  const seconds = count(query, 'sinceSeconds', 1);
  if (time === null) return seconds === undefined ? undefined : now - seconds * 1000;
  const since = Date.parse(time);
  if (!Number.isNaN(since) && seconds === undefined) return since;
  throw apiErrors.badRequest(`sinceTime: expected a time, and no sinceSeconds beside it`);
}

function streamOf(text: string | null): LogOptions['stream'] {
  if (text === null || text === 'All') return 'All';
  if (text === 'Stdout' || text === 'Stderr') return text;
  throw apiErrors.badRequest(`stream: expected All, Stdout or Stderr, not ${JSON.stringify(text)}`);
}
