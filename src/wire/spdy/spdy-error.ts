/** The other side does not speak SPDY/3.1 as it should: nothing it says from here on can be trusted, and the connection ends. */
export class SpdyError extends Error {
  override readonly name = 'SpdyError';
}
