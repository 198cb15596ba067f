import { Status } from '#kinds/meta/schema.ts';
import { decode } from '#schema/decode.ts';
import { decodeProtobuf } from '#schema/protobuf-decode.ts';
import { openProtobufEnvelope } from '#schema/protobuf-envelope.ts';
import { ProtobufError } from '#schema/protobuf-reader.ts';
import type { FuzzRequest } from './requests.ts';

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  readonly text: string;
  /** The same as it came. */
  readonly bytes: Uint8Array;
}

/** The faults of a client that Kubernetes itself answers with 500 (spec: api.md section 5). */
const upstream500s: readonly RegExp[] = [
  /^resourceVersion should not be set on objects to be created$/,
  /^(resourceVersion: Invalid value: ".*": )?strconv\.ParseUint: parsing "[\s\S]*": (invalid syntax|value out of range)$/,
  /^failed to create typed patch object \(/,
  /^map: map\[[\s\S]*\] does not contain declared merge key: /,
  /^unknown patch type: [\s\S]* in map: map\[/,
  /^The order in patch list:\n[\s\S]*doesn't match \$setElementOrder list:\n/,
  /^\[?target\.(kind|name): /,
  /^Component not found: /,
  /^This pod has more than one PodDisruptionBudget, which the eviction subresource does not support\.$/,
  // Upstream names the dial that failed.
  /^Internal error occurred: Cannot read the log of pod .*: nobody answers for node /,
];

/** Answers that are not a Status upstream either. */
const plainTexts: readonly RegExp[] = [
  /^404 page not found\n$/,
  /^400 Bad Request$/,
  /^406: Not Acceptable\n\n/,
  /^Too many requests, please try again later\.$/,
];

/** What is wrong with a refusal; undefined when it is a well-formed Status, or one of the plain texts upstream sends. */
export function refusalFault(request: FuzzRequest, answer: FuzzAnswer): string | undefined {
  const { status, headers, text } = answer;
  const type = String(headers['content-type'] ?? '');
  if (request.method === 'HEAD') return text === '' ? undefined : 'a HEAD was answered with a body';
  if (type.startsWith('text/plain')) {
    if (plainTexts.some((known) => known.test(text)) || /^\[[+-]\]/.test(text)) return undefined;
    return `a refusal of its own in plain text: ${text.slice(0, 200)}`;
  }
  if (type.startsWith('application/yaml')) return /^kind: Status$/m.test(text) ? undefined : 'a refusal is no Status';
  const body = type.startsWith('application/vnd.kubernetes.protobuf') ? statusOf(answer.bytes) : jsonOf(text);
  if (body === undefined) return `a refusal cannot be read: ${type} ${text.slice(0, 200)}`;
  if (body.kind !== 'Status' || body.apiVersion !== 'v1' || body.status !== 'Failure') return 'a refusal is no Status';
  if (body.code !== status) return `the Status says ${String(body.code)}, the answer ${status}`;
  if (typeof body.message !== 'string' || body.message === '') return 'a Status without a message';
  if (typeof body.metadata !== 'object' || body.metadata === null) return 'a Status without metadata';
  if (status === 500) {
    const { message } = body;
    return upstream500s.some((known) => known.test(message)) ? undefined : `a 500 of our own: ${message}`;
  }
  return typeof body.reason === 'string' && body.reason !== '' ? undefined : `a ${status} without a reason`;
}

/** The Status in a protobuf body; undefined if it has none. */
function statusOf(bytes: Uint8Array): { readonly [key: string]: unknown } | undefined {
  try {
    const { raw, kind, apiVersion } = openProtobufEnvelope(bytes);
    return { ...decode(Status, decodeProtobuf(Status, raw)).value, kind, apiVersion };
  } catch (error) {
    if (error instanceof ProtobufError) return undefined;
    throw error;
  }
}

/** The body as a JSON object; undefined if it is none. */
export function jsonOf(text: string): { readonly [key: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as { readonly [key: string]: unknown }) : undefined;
  } catch {
    return undefined;
  }
}
