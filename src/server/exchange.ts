import type { OutgoingHttpHeaders } from 'node:http';
import type { User } from '#api/api.ts';
import type { AuditTrail } from '#api/audit/trail.ts';
import type { ApiError } from '#kinds/meta/errors.ts';
import type { ProtobufEnvelope } from '#schema/protobuf-envelope.ts';
import { type BodyChunks, sendBody, sendBytes } from '#server/body-sender.ts';
import { errorFormat, protobufType, type TextFormat } from '#server/negotiate.ts';
import { Warnings } from '#server/warnings.ts';
import { yamlText } from '#server/yaml-text.ts';
import type { Request, Response } from '#wire/listener.ts';
import type { Upgrade } from '#wire/streams/upgrade.ts';

const auditIdPattern = /^[\w.:-]{1,64}$/;

/** One for all: most requests end without anybody asking why, and an error's stack costs more than the rest of the ending. */
const clientGone = new Error('the client has gone away');

/** One request on its way to its answer: what is known of it, and the only place that writes the answer's head. */
export class Exchange {
  readonly request: Request;
  readonly response: Response;
  readonly auditId: string;
  readonly warnings = new Warnings();
  readonly path: string;
  readonly query: URLSearchParams;
  /** Set once known. */
  user: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };
  /** Tells the audit log of this request, if it is to know. */
  audit: AuditTrail | undefined;
  /** Set when the connection may become a WebSocket. */
  upgrade: Upgrade | undefined;
  /** Whether it has become one: nothing is to be written as HTTP any more. */
  upgraded = false;
  private controller: AbortController | undefined;
  /** Whether the answer has been sent, or the client has gone. */
  closed = false;
  private atClose = (): void => {};

  constructor(request: Request, response: Response, path: string, query: URLSearchParams, freshId: () => string) {
    this.request = request;
    this.response = response;
    this.path = path;
    this.query = query;
    const asked = this.header('audit-id');
    this.auditId = asked !== undefined && auditIdPattern.test(asked) ? asked : freshId();
    response.on('close', () => {
      this.closed = true;
      this.audit?.end();
      this.atClose();
      this.controller?.abort(clientGone);
    });
    // What a client that hangs up causes is told by `close`.
    response.on('error', () => {});
  }

  /** Calls `run` when the answer has been sent or the client has gone. */
  whenClosed(run: () => void): void {
    if (this.closed) run();
    else this.atClose = run;
  }

  get method(): string {
    return this.request.method ?? '';
  }

  /** Aborts when the answer has been sent or the client has gone. */
  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.closed) this.controller.abort(clientGone);
    }
    return this.controller.signal;
  }

  get answered(): boolean {
    return this.response.headersSent || this.upgraded;
  }

  /** The first value of a header of the request. */
  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** People's tools get indented answers unless they say no (spec: api.md section 1.1). */
  pretty(format: TextFormat): boolean {
    const asked = this.query.get('pretty');
    if (asked !== null) return asked !== 'false' && asked !== '0';
    return format.pretty || /^(curl|Wget|Mozilla\/5\.0)/.test(this.header('user-agent') ?? '');
  }

  /** Whether a person reads what we answer, and is glad of advice. Programs compare answers instead. */
  get forPeople(): boolean {
    return /^(kubectl|helm|k9s|sampan|curl|Wget|Mozilla)\b/.test(this.header('user-agent') ?? '');
  }

  /** Writes the head; headers given here win over those sent always. */
  head(code: number, headers: OutgoingHttpHeaders): void {
    this.audit?.started(code);
    const warnings = this.warnings.headers();
    this.response.writeHead(code, {
      'audit-id': this.auditId,
      'cache-control': 'no-cache, private',
      ...(warnings.length === 0 ? {} : { warning: [...warnings] }),
      ...headers,
    } as OutgoingHttpHeaders & { [name: string]: string | string[] });
  }

  /** Answers with a body given in pieces of text. */
  send(code: number, headers: OutgoingHttpHeaders, chunks: BodyChunks): Promise<void> {
    return sendBody(this, code, headers, chunks);
  }

  /** Answers with bytes that are not text. */
  bytes(code: number, headers: OutgoingHttpHeaders, bytes: Uint8Array): Promise<void> {
    return sendBytes(this, code, headers, bytes);
  }

  text(code: number, text: string, headers: OutgoingHttpHeaders = {}): Promise<void> {
    return this.send(code, { 'content-type': 'text/plain; charset=utf-8', ...headers }, [text]);
  }

  notFoundPath(): Promise<void> {
    return this.text(404, '404 page not found\n', { 'x-content-type-options': 'nosniff' });
  }

  /** Answers with an object in protobuf. */
  async envelope(code: number, envelope: ProtobufEnvelope, headers: OutgoingHttpHeaders = {}): Promise<void> {
    const { sealProtobufEnvelope } = await import('#schema/protobuf-envelope.ts');
    return this.bytes(code, { 'content-type': protobufType, ...headers }, sealProtobufEnvelope(envelope));
  }

  /** Answers with any value that JSON can say, in the client's encoding. */
  async value(code: number, value: unknown, format: TextFormat, headers: OutgoingHttpHeaders = {}): Promise<void> {
    const text = await this.encode(value, format);
    return this.send(code, { 'content-type': `application/${format.encoding}`, ...headers }, [text]);
  }

  /** Answers with the Status of `error`, its hints as warnings beside it. */
  async fail(error: ApiError): Promise<void> {
    this.audit?.refused(error);
    if (this.forPeople) for (const hint of error.hints) this.warnings.add(hint);
    const retryAfter = error.details?.retryAfterSeconds ?? 0;
    const headers = {
      ...(error.code === 403 ? { 'x-content-type-options': 'nosniff' } : {}),
      ...(retryAfter > 0 ? { 'retry-after': String(retryAfter) } : {}),
    };
    const format = errorFormat(this.header('accept'));
    if (format.encoding !== 'protobuf') return this.value(error.code, error.status(), format, headers);
    const { statusEnvelope } = await import('#server/envelopes.ts');
    return this.envelope(error.code, statusEnvelope(error), headers);
  }

  private async encode(value: unknown, format: TextFormat): Promise<string> {
    if (format.encoding === 'yaml') return yamlText(value);
    return `${this.pretty(format) ? JSON.stringify(value, undefined, 2) : JSON.stringify(value)}\n`;
  }
}
