import type { Duplex } from 'node:stream';
import type { Millis } from '#base/units.ts';

/** Where somebody listens. */
export interface NetworkAddress {
  readonly host: string;
  readonly port: number;
}

/** One question to somebody outside, sent by POST over TLS. */
export interface WebhookCall {
  /** With its query; https. Its host is whom the certificate must be for. */
  readonly url: string;
  /** Certificates to trust, as PEM; the system's unless given. */
  readonly authority?: string | undefined;
  /** Connects, or says where to connect, where the URL does not. */
  readonly dial?: (() => Promise<Duplex | NetworkAddress>) | undefined;
  readonly body: string;
  /** How long the whole may take. */
  readonly timeout: Millis;
  readonly signal?: AbortSignal | undefined;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** Asks. Rejects with an Error that says in the words of upstream's network library why there is no answer. Redirects are answers:
 *  they are not followed. */
export type WebhookCaller = (call: WebhookCall) => Promise<WebhookAnswer>;

/** For an API that nobody gave a way out. */
export const noCaller: WebhookCaller = async () => {
  throw new Error('this server has no way to call webhooks');
};
