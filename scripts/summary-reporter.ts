import path from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

type Summary = Extract<TestEvent, { type: 'test:summary' }>['data'];
type Failure = { readonly name: string; readonly file: string; readonly error: unknown };

/** Prints a line for each test file, every failure in full, and at the very end "N passed, N failed" alone on a line. */
export default async function* summary(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0;
  const failures: Failure[] = [];
  for await (const event of source) {
    if (event.type === 'test:stderr' || event.type === 'test:stdout') yield event.data.message;
    if (event.type === 'test:summary') yield* fileLine(event.data);
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const { name, file, details, skip } = event.data;
    if (event.type === 'test:fail') {
      if (hasFailedPart(event.data.details.error)) continue;
      const failure = { name, file: path.relative('.', file ?? ''), error: event.data.details.error };
      failures.push(failure);
      yield shown(failure);
    } else if (details.type !== 'suite' && skip === undefined) passed++;
  }
  if (failures.length > 0)
    yield `\n${failures.length} failed:\n${failures.map((f) => `  ${f.file}: ${f.name}\n`).join('')}`;
  yield `${passed} passed, ${failures.length} failed\n`;
}

/** The summary that comes with the end of a test file; the one of the whole run names no file. */
function* fileLine({ file, success, counts, duration_ms }: Summary): Generator<string> {
  if (file === undefined || !success) return;
  yield `ok   ${path.relative('.', file)} (${counts.passed} tests, ${Math.round(duration_ms)} ms)\n`;
}

/** A test that failed only because a part of it failed: the part has been reported. */
function hasFailedPart(error: unknown): boolean {
  return (error as { failureType?: string } | undefined)?.failureType === 'subtestsFailed';
}

function shown(failure: Failure): string {
  const cause = (failure.error as { cause?: unknown } | undefined)?.cause ?? failure.error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause);
  return `FAIL ${failure.file}: ${failure.name}\n${text.replace(/^/gm, '     ')}\n`;
}
