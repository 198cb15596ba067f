import type { Clock } from '#base/clock.ts';
import { withDeadline } from '#base/deadline.ts';
import type { Millis } from '#base/units.ts';
import type { Client } from '#client/client.ts';
import type { TokenRequest } from '#kinds/authentication/schema.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ServiceAccountTokenProjection } from '#kinds/pod/schema/volumes.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import { newerMsMax } from '#node/pods/known-objects.ts';

/** A token is renewed at this share of its life, or when it is this old. */
const renewalShare = 0.8;
const ageMsMax: Millis = 24 * 3600_000;

interface Held {
  readonly token: string;
  readonly renewAt: Millis;
  readonly expiresAt: Millis;
}

/** The tokens of one pod's service account, bound to the pod: they end with it (spec: node-agent.md section 19). */
export class Tokens {
  private readonly held = new Map<string, Held>();
  private readonly client: Client;
  private readonly clock: Clock;

  constructor(client: Client, clock: Clock) {
    this.client = client;
    this.clock = clock;
  }

  /** A token that is good for a while yet. When a new one cannot be had, the old one serves until it expires. */
  async get(pod: Pod, { audience = '', expirationSeconds = 3600 }: ServiceAccountTokenProjection): Promise<string> {
    const key = `${audience} ${expirationSeconds}`;
    const held = this.held.get(key);
    const now = this.clock.now();
    if (held !== undefined && now < held.renewAt) return held.token;
    try {
      const request = (signal?: AbortSignal): Promise<Held> => this.request(pod, audience, expirationSeconds, signal);
      const fresh = await (held !== undefined && now < held.expiresAt
        ? withDeadline(this.clock, newerMsMax, request)
        : request());
      this.held.set(key, fresh);
      return fresh.token;
    } catch (error) {
      if (held !== undefined && now < held.expiresAt) return held.token;
      throw error;
    }
  }

  private async request(
    { metadata, spec }: Pod,
    audience: string,
    expirationSeconds: number,
    signal: AbortSignal | undefined,
  ): Promise<Held> {
    const { namespace, name, uid } = metadata;
    const { serviceAccountName = 'default' } = spec;
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: {},
      spec: {
        audiences: audience === '' ? [] : [audience],
        expirationSeconds,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
      },
    };
    const account = { namespace, name: serviceAccountName };
    const answer = await this.client.createSubresource(serviceAccounts, account, 'token', body, {
      ...(signal && { signal }),
    });
    const { token, expirationTimestamp } = (answer as TokenRequest).status;
    const now = this.clock.now();
    const expiresAt = Date.parse(expirationTimestamp ?? '');
    const renewAt = now + Math.min((expiresAt - now) * renewalShare, ageMsMax);
    return { token, renewAt, expiresAt };
  }
}
