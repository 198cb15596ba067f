import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { openPki } from '#wire/pki/pki.ts';
import { inFolder, packagedProgram, startUp } from './packaged.ts';
import { type BenchResult, median } from './report.ts';

const rounds = 9;

/** The least that a server with TLS can be: Node, a certificate read from disk, an open port. */
const bareServer = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
createServer({ cert: readFileSync('server.crt'), key: readFileSync('server.key') }).listen(0, () => process.exit(0));
`;

const job = `
apiVersion: batch/v1
kind: Job
metadata: { name: trivial }
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - { name: main, image: none, command: [/bin/true] }
`;

/** How long a user waits: for the API of `sampan up`, and for `sampan run` of a Job that does nothing, from the start of the
 *  process, in the packaged build. */
export function run(): Promise<readonly BenchResult[]> {
  return inFolder(async (folder) => {
    packagedProgram();
    const existing = join(folder, 'existing');
    await openPki(folder, { now: Date.now() });
    await openPki(join(folder, 'bare'), { now: Date.now() });
    writeFileSync(join(folder, 'bare', 'server.mjs'), bareServer);
    writeFileSync(join(folder, 'job.yaml'), job);
    // The first start of a machine also fills the compile cache: it is not what users see from then on.
    const port = await freePort();
    const first = await ready(existing, port);
    const samples: { nothing: number; bare: number; old: number; fresh: number; job: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      samples.push({
        nothing: await ended(folder, ['-e', '0']),
        bare: await ended(join(folder, 'bare'), ['server.mjs']),
        old: await ready(existing, port),
        fresh: await ready(join(folder, `new-${round}`)),
        job: await ended(folder, [packagedProgram(), 'run', 'job.yaml']),
      });
    }
    const of = (what: keyof (typeof samples)[number]): number => median(samples.map((sample) => sample[what]));
    const bare = { name: 'bare TLS server', median: of('bare') };
    return [
      { name: 'sampan up, first start after the build', median: first, unit: 'ms' },
      { name: 'sampan up, new data directory', median: of('fresh'), unit: 'ms', floor: bare },
      { name: 'sampan up, existing data directory', median: of('old'), unit: 'ms', floor: bare },
      {
        name: 'sampan run of a trivial Job',
        median: of('job'),
        unit: 'ms',
        floor: { name: 'node -e 0', median: of('nothing') },
      },
    ];
  });
}

/** A port for all starts on the same data, as users have it: another one each time would mean another kubeconfig. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function ready(dataDirectory: string, port = 0): Promise<number> {
  const cluster = await startUp(dataDirectory, { port });
  await cluster.stop();
  return cluster.readyMs;
}

async function ended(cwd: string, args: readonly string[]): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, args, { cwd, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}`);
  return performance.now() - begin;
}
