import type { Api } from '#api/api.ts';
import type { Auditor } from '#api/audit/auditor.ts';
import { ConfigError } from '#app/config.ts';
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { MetricsRegistry } from '#base/metrics.ts';
import type { Random } from '#base/random.ts';
import { mergeKubeconfig } from '#client/kubeconfig.ts';
import { createAuthenticator } from '#server/authenticate.ts';
import type { HealthCheck } from '#server/health.ts';
import { createServer } from '#server/server.ts';
import { isWildcard, machineAddress } from '#wire/addresses.ts';
import { openListener } from '#wire/listener.ts';
import { openPki, type Pki } from '#wire/pki/pki.ts';

export interface ServingOptions {
  readonly api: Api;
  readonly pki: Pki;
  readonly pkiDirectory: string;
  /** Under which names and addresses the server is reached when its certificate is renewed. */
  readonly names: () => readonly string[];
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly kubeconfig: string;
  /** Names of the nodes of this program. */
  readonly reserved: ReadonlySet<string>;
  readonly checks: readonly HealthCheck[];
  readonly auditor?: Auditor | undefined;
  /** What `/metrics` tells, beside what the server tells of itself. */
  readonly metrics?: MetricsRegistry;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** The API on an open port. */
export interface Serving {
  /** Such as "https://127.0.0.1:6443". */
  readonly url: string;
  /** Where in the network that is. */
  readonly address: { readonly ip: string; readonly port: number };
  /** The certificates of now. */
  pki(): Pki;
  /** Sends new requests away, ends watches cleanly, and closes the port once the rest is answered (3 s at most). */
  stop(): Promise<void>;
}

const closeMsMax = 3_000;
/** Names of the entries in kubeconfig files. */
const entryName = 'sampan';

/** Opens the port and writes the administrator's kubeconfig. Throws when the port is taken. */
export async function serve(options: ServingOptions): Promise<Serving> {
  const { clock, log, host, reserved } = options;
  let pki = options.pki;
  const joins = { pki: () => pki, reserved };
  const server = createServer({ ...options, joins, authenticate: createAuthenticator(options.api.authenticate) });
  const listener = await openListener({
    host,
    port: options.port,
    server: pki.server,
    clientAuthority: pki.authority,
    onRequest: (request, response) => server.handle(request, response),
    upgrades: server.upgrades,
  });
  const shownHost = isWildcard(host) ? machineAddress() : host;
  const url = `https://${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${listener.port}`;
  const publish = (): Promise<void> => publishKubeconfig(options.kubeconfig, url, pki);
  try {
    await publish();
  } catch (error) {
    await listener.close(AbortSignal.abort());
    throw new ConfigError(`Cannot write the kubeconfig ${options.kubeconfig}: ${(error as Error).message}`);
  }
  const renewal = renewInTime(options, log, async (renewed) => {
    pki = renewed;
    listener.renew(renewed.server, renewed.authority);
    await publish();
  });
  return {
    url,
    address: { ip: isWildcard(listener.ip) ? machineAddress() : listener.ip, port: listener.port },
    pki: () => pki,
    stop: async () => {
      renewal.stop();
      server.drain();
      const abort = new AbortController();
      const timer = clock.after(closeMsMax, () => abort.abort(), { background: true });
      await listener.close(abort.signal);
      timer.cancel();
    },
  };
}

function publishKubeconfig(file: string, url: string, pki: Pki): Promise<void> {
  const endpoint = { server: url, authority: pki.authority, ...pki.admin };
  return mergeKubeconfig(file, { cluster: entryName, user: entryName, context: entryName, endpoint });
}

/** Looks after the certificates while the server runs for months. */
function renewInTime(options: ServingOptions, log: Logger, use: (pki: Pki) => Promise<void>): { stop(): void } {
  const { clock, names, pkiDirectory } = options;
  let timer: Timer;
  const arm = (renewAt: number): void => {
    timer = clock.at(Math.max(clock.now() + 60_000, renewAt), renew, { background: true });
  };
  const renew = (): void => {
    openPki(pkiDirectory, { now: clock.now(), extraNames: names() })
      .then(async (renewed) => {
        await use(renewed);
        arm(renewed.renewAt);
      })
      .catch((error: unknown) => {
        log.error('Could not renew the certificates; trying again in an hour', { error });
        arm(clock.now() + 3_600_000);
      });
  };
  arm(options.pki.renewAt);
  return { stop: () => timer.cancel() };
}
