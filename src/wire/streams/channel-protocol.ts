/** How several streams share one WebSocket (spec: api.md section 19.4): each message begins with the number of its channel. */
export interface ChannelProtocol {
  /** As negotiated; empty when the client asks for none. */
  readonly name: string;
  /** Messages are text: the channel as a digit, then base64. */
  readonly base64: boolean;
  /** The end is told as a Status in JSON; else as plain text, and only when something failed. */
  readonly status: boolean;
  /** Either side can end one channel and go on with the others. */
  readonly halfClose: boolean;
}

export const channel = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;

/** In place of a channel's number: the channel that is named by the next byte has ended. */
const endMark = 255;

const plain = { base64: false, status: false, halfClose: false } as const;

/** The protocol that is spoken between our own programs. */
export const latestProtocol: ChannelProtocol = {
  name: 'v5.channel.k8s.io',
  base64: false,
  status: true,
  halfClose: true,
};

const protocols: readonly ChannelProtocol[] = [
  latestProtocol,
  { ...plain, name: 'v4.channel.k8s.io', status: true },
  { ...plain, name: 'v4.base64.channel.k8s.io', base64: true, status: true },
  { ...plain, name: 'channel.k8s.io' },
  { ...plain, name: 'base64.channel.k8s.io', base64: true },
];

/** Not a protocol, but how browsers send a token. */
const tokenPrefix = 'base64url.bearer.authorization.k8s.io.';

/** The first of the client's protocols that we speak; undefined when it offers only others. `offer` is the header
 *  Sec-WebSocket-Protocol; `allowed` are those that may be chosen, all unless given. */
export function chooseProtocol(offer: string, allowed?: readonly string[]): ChannelProtocol | undefined {
  const ours = allowed === undefined ? protocols : protocols.filter(({ name }) => allowed.includes(name));
  const offered = offer
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith(tokenPrefix));
  if (offered.length === 0) return { ...plain, name: '' };
  return offered.map((name) => ours.find((known) => known.name === name)).find((known) => known !== undefined);
}

/** A message as it travels. */
export function frame({ base64 }: ChannelProtocol, number: number, bytes: Uint8Array): string | Buffer {
  if (base64) return `${number}${viewOf(bytes).toString('base64')}`;
  return Buffer.concat([Buffer.of(number), bytes]);
}

/** The message that ends a channel. */
export function endFrame(number: number): Buffer {
  return Buffer.of(endMark, number);
}

export type Unframed =
  | { readonly is: 'data'; readonly channel: number; readonly bytes: Buffer }
  | { readonly is: 'end'; readonly channel: number };

/** What a message says; undefined when it says nothing. */
export function unframe({ base64, halfClose }: ChannelProtocol, message: Buffer): Unframed | undefined {
  const [first, second] = message;
  if (first === undefined) return undefined;
  if (base64) {
    const bytes = Buffer.from(message.toString('latin1', 1), 'base64');
    return { is: 'data', channel: first - zero, bytes };
  }
  if (first === endMark && halfClose) return second === undefined ? undefined : { is: 'end', channel: second };
  return { is: 'data', channel: first, bytes: message.subarray(1) };
}

const zero = '0'.charCodeAt(0);

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
