import { systemClock } from '#base/clock.ts';
import { silentLogger } from '#base/log.ts';
import { openSqliteStore } from '#store/sqlite/sqlite-store.ts';

/** Program of a test's child process: writes without end, several at a time, to the store named on the command line, compacts
 *  now and then, and prints a line for each write that was acknowledged: key and revision. With a third argument it writes
 *  until the first failure, and prints that too. */
const [path = '', start = '0', untilFailure] = process.argv.slice(2);
// Beyond the limit for the size of files, writing to them shall fail instead of ending the process.
process.on('SIGXFSZ', () => {});
const store = openSqliteStore({ path, clock: systemClock, log: silentLogger });
let count = Number(start);
let failed = false;

async function write(): Promise<void> {
  while (!failed) {
    const n = count++;
    // Some keys are written once, some again and again.
    const key = n % 3 === 0 ? `/again/${n % 7}` : `/once/${n}`;
    const result = await store.write({ op: 'put', key, value: { text: `${n} ${'x'.repeat(n % 3000)}` } });
    if (result.ok) process.stdout.write(`${key} ${result.revision} ${n}\n`);
    if (n % 50 === 0) await store.compact(store.revision);
  }
}

const fail = (error: unknown): void => {
  if (!failed) process.stdout.write(`failed ${error instanceof Error ? error.message : String(error)}\n`);
  failed = true;
};
const writers = Array.from({ length: 8 }, write);
if (untilFailure === undefined) await Promise.all(writers);
else {
  await Promise.all(writers.map((writer) => writer.catch(fail)));
  const { entries } = await store.range({ prefix: '/' });
  process.stdout.write(`readable ${entries.length}\n`);
  await store.close();
}
