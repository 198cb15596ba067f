import { goQuote } from '#kinds/meta/quote.ts';
import type { Exchange } from '#server/exchange.ts';

/** One question about the state of the server. */
export interface HealthCheck {
  readonly name: string;
  /** Where it counts: readiness may fail while the process is alive. */
  readonly of: 'all' | 'ready';
  /** Throws or rejects when things are not well. */
  check(): void | Promise<void>;
}

const roots = ['healthz', 'livez', 'readyz'] as const;
export type HealthRoot = (typeof roots)[number];

/** Splits "/readyz/ping" into the root and the check asked for; undefined for other paths. */
export function healthPath(path: string): { readonly root: HealthRoot; readonly name: string | undefined } | undefined {
  const [, root, ...rest] = path.split('/');
  const known = roots.find((name) => name === root);
  if (known === undefined || rest.at(-1) === '') return undefined;
  return { root: known, name: rest.length === 0 ? undefined : rest.join('/') };
}

const plainHeaders = { 'x-content-type-options': 'nosniff' };

/** Answers a health endpoint (spec: api.md section 3.4): "ok", or a line for each check when asked or when one fails. */
export async function answerHealth(
  exchange: Exchange,
  root: HealthRoot,
  name: string | undefined,
  checks: readonly HealthCheck[],
): Promise<void> {
  const counted = checks.filter((check) => root === 'readyz' || check.of === 'all');
  if (name !== undefined) {
    const one = counted.find((check) => check.name === name);
    if (one === undefined) return exchange.notFoundPath();
    if (await passes(one)) return exchange.text(200, 'ok', plainHeaders);
    return exchange.text(500, 'internal server error: reason withheld\n', plainHeaders);
  }
  const excluded = new Set(exchange.query.getAll('exclude'));
  const unknown = new Set(excluded);
  const lines: string[] = [];
  let failed = false;
  for (const check of counted) {
    const skipped = excluded.has(check.name);
    unknown.delete(check.name);
    const ok = skipped || (await passes(check));
    if (!ok) failed = true;
    lines.push(
      skipped
        ? `[+]${check.name} excluded: ok`
        : ok
          ? `[+]${check.name} ok`
          : `[-]${check.name} failed: reason withheld`,
    );
  }
  if (unknown.size > 0) {
    const names = [...unknown].toSorted().map(goQuote).join(',');
    lines.push(`warn: some health checks cannot be excluded: no matches for ${names}`);
  }
  if (failed) return exchange.text(500, `${lines.join('\n')}\n${root} check failed\n`, plainHeaders);
  if (!exchange.query.has('verbose')) return exchange.text(200, 'ok', plainHeaders);
  return exchange.text(200, `${lines.join('\n')}\n${root} check passed\n`, plainHeaders);
}

async function passes(check: HealthCheck): Promise<boolean> {
  try {
    await check.check();
    return true;
  } catch {
    return false;
  }
}
