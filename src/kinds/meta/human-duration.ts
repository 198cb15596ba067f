import type { Millis } from '#base/units.ts';

const minute = 60;
const hour = 3600;
const day = 86400;
const year = 365 * day;

/** A span as kubectl's tables show it: at most two units, coarser the longer it is (spec: job.md section 9.2). */
export function humanDuration(span: Millis): string {
  const s = Math.trunc(span / 1000);
  if (s < -1) return '<invalid>';
  if (s < 0) return '0s';
  if (s < 2 * minute) return `${s}s`;
  if (s < 10 * minute) return two(s, minute, 'm', 1, 's');
  if (s < 3 * hour) return `${Math.floor(s / minute)}m`;
  if (s < 8 * hour) return two(s, hour, 'h', minute, 'm');
  if (s < 48 * hour) return `${Math.floor(s / hour)}h`;
  if (s < 8 * day) return two(s, day, 'd', hour, 'h');
  if (s < 2 * year) return `${Math.floor(s / day)}d`;
  if (s < 8 * year) return two(s, year, 'y', day, 'd');
  return `${Math.floor(s / year)}y`;
}

function two(s: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((s % large) / small);
  return `${Math.floor(s / large)}${largeName}${rest === 0 ? '' : `${rest}${smallName}`}`;
}
