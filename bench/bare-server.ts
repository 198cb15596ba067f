import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createSecureServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Endpoint } from '#wire/http-client.ts';
import { openPki } from '#wire/pki/pki.ts';

/** What the bare server answers: the body of each "METHOD path" stands in the file named. */
export interface BareAnswers {
  readonly [request: string]: string;
}

export interface BareServer {
  readonly endpoint: Endpoint;
  stop(): Promise<void>;
}

/** The floor of everything over HTTPS: plain Node in a process of its own that reads each request whole and answers bytes it
 *  has had from the start. GET /watch stays open; every POST to /event writes its answer to all of those too. */
export async function startBareServer(folder: string, answers: BareAnswers): Promise<BareServer> {
  const pki = await openPki(folder, { now: Date.now() });
  const options = JSON.stringify({ folder, answers });
  const child = spawn(process.execPath, [import.meta.filename, options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(child.stdout, 'data');
  return {
    endpoint: { server: `https://127.0.0.1:${String(port).trim()}`, authority: pki.authority },
    stop: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}

function serve({ folder, answers }: { readonly folder: string; readonly answers: BareAnswers }): void {
  const bodies = new Map(Object.entries(answers).map(([request, file]) => [request, readFileSync(file)]));
  const watchers: ServerHttp2Stream[] = [];
  const server = createSecureServer({
    cert: readFileSync(`${folder}/server.crt`),
    key: readFileSync(`${folder}/server.key`),
    settings: { maxConcurrentStreams: 1000 },
  });
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    const request = `${headers[':method']} ${headers[':path']}`;
    const head = { ':status': 200, 'content-type': 'application/json' };
    if (request === 'GET /watch') {
      stream.respond(head);
      watchers.push(stream);
      return;
    }
    const body = bodies.get(request);
    stream.on('data', () => {});
    stream.on('end', () => {
      if (request === 'POST /event') for (const watcher of watchers) watcher.write(body);
      stream.respond(head);
      stream.end(body);
    });
  });
  server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
}

const [, program, options] = process.argv;
if (program === import.meta.filename && options !== undefined) serve(JSON.parse(options));
