import { parseArgs } from 'node:util';
import { type Finding, Fuzzer } from './fuzzer.ts';
import { heapBytes } from './heap.ts';

/** `npm run fuzz -- [--seed N] [--seconds S] [--steps N]`: rounds of requests against servers of their own, each round from the next
 *  seed, until the time is over. A finding is seen again by its seed and `--seconds 0`, which plays that one round alone. */
const { values } = parseArgs({
  options: { seed: { type: 'string' }, seconds: { type: 'string' }, steps: { type: 'string' } },
});
const first = Number(values.seed ?? Date.now() % 1_000_000_000);
const seconds = Number(values.seconds ?? 60);
const steps = Number(values.steps ?? 500);
const charactersMax = 2_000;

async function main(): Promise<void> {
  const end = performance.now() + seconds * 1000;
  const kinds = new Map<string, Finding>();
  const heaps: number[] = [];
  let requests = 0;
  let slowest = { ms: 0, request: '' };
  let seed = first;
  process.on('uncaughtException', (error) => {
    console.log(`the process would have died in the round of seed ${seed}:`, error);
    process.exit(1);
  });
  for (; seed === first || performance.now() < end; seed++) {
    const fuzzer = await Fuzzer.start(seed);
    for (let step = 0; step < steps && (seconds === 0 || performance.now() < end || seed === first); step++) {
      await fuzzer.step(step);
      if (step % 20 === 0) await fuzzer.attack(step);
      requests++;
    }
    if (fuzzer.slowest.ms > slowest.ms) slowest = fuzzer.slowest;
    for (const finding of fuzzer.findings) report(kinds, finding);
    await fuzzer.close();
    heaps.push(Math.round(heapBytes() / 1e6));
    if (seconds === 0) break;
  }
  console.log(`seeds ${first} to ${seed}: ${requests} requests, ${kinds.size} kinds of findings`);
  console.log(`slowest: ${Math.round(slowest.ms)} ms for ${slowest.request}`);
  console.log(`heap after each round: ${heaps.join(' ')} MB`);
  process.exit(kinds.size === 0 ? 0 : 1);
}

/** Prints the first finding of its kind. */
function report(kinds: Map<string, Finding>, finding: Finding): void {
  const kind = finding.fault.replaceAll(/"[^"]*"|\d+|\S*\/\S*/g, '').slice(0, 120);
  if (kinds.has(kind)) return;
  kinds.set(kind, finding);
  const { seed, step, fault, request } = finding;
  console.log(
    `\n--seed ${seed} step ${step}\n  ${fault.slice(0, charactersMax)}\n  ${request.slice(0, charactersMax)}`,
  );
}

await main();
