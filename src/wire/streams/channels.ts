import type { ChannelProtocol } from './channel-protocol.ts';

/** What arrives. */
export interface ChannelListener {
  data(channel: number, bytes: Buffer): void;
  /** The other side writes no more to this channel. */
  ended(channel: number): void;
  /** Nothing comes or goes any more. Called once. */
  closed(): void;
}

/** The channels of one command, however they are framed. Nothing is read before `listen`. */
export interface Channels {
  readonly protocol: Pick<ChannelProtocol, 'status'>;
  listen(listener: ChannelListener): void;
  /** Resolves when the bytes are on their way. Rejects when the connection is gone. */
  send(channel: number, bytes: Uint8Array): Promise<void>;
  /** Tells that we write no more to this channel, where the framing can. */
  end(channel: number): Promise<void>;
  /** Takes nothing until `release` was called as often. What arrived a moment ago may still be told. */
  hold(): void;
  release(): void;
  /** Says goodbye; what was sent before still arrives, what arrives now is dropped. */
  close(): void;
  /** Cuts the connection. */
  cut(): void;
}
