import pino from 'pino';

/** Facts that go with a line, by name. */
export type LogFields = { readonly [name: string]: unknown };

/** Where the program says what it does, for operators. Lines are JSON on standard error, one object each. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** `fields.error`, if given, is written with its stack, unless it is a refusal by the API, which says where it comes from. */
  error(message: string, fields?: LogFields): void;
  /** The same log, with `fields` on every line. */
  with(fields: LogFields): Logger;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

class PinoLogger implements Logger {
  private readonly sink: pino.Logger;

  constructor(sink: pino.Logger) {
    this.sink = sink;
  }

  debug(message: string, fields: LogFields = {}): void {
    this.sink.debug(fields, message);
  }

  info(message: string, fields: LogFields = {}): void {
    this.sink.info(fields, message);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.sink.warn(fields, message);
  }

  error(message: string, fields: LogFields = {}): void {
    this.sink.error(fields, message);
  }

  with(fields: LogFields): Logger {
    return new PinoLogger(this.sink.child(fields));
  }
}

/** A log that writes lines of `level` and above to file descriptor `fd` (2 is standard error). */
export function createLogger(level: LogLevel, fd = 2): Logger {
  const options = { level, base: null, serializers: { error: shownError } };
  return new PinoLogger(pino(options, pino.destination({ fd, sync: true })));
}

function shownError(error: unknown): unknown {
  return error instanceof Error && error.name === 'ApiError' ? error.message : pino.stdSerializers.err(error as Error);
}

/** A log that drops every line. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silentLogger,
};
