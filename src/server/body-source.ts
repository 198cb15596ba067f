import { ApiError, apiErrors } from '#kinds/meta/errors.ts';
import { type Decoded, DecodeError, type DecodeProblem, decode } from '#schema/decode.ts';
import { entriesOf, jsonWord } from '#schema/decode-context.ts';
import { JsonSyntaxError } from '#schema/json-source.ts';
import { readJson } from '#schema/json-text.ts';
import { inKeyOrder } from '#schema/problem-order.ts';
import type { ObjectType } from '#schema/type.ts';
import { parseMediaType } from '#server/media-type.ts';

/** A request's body, parsed but not yet matched with a schema. */
export interface Body {
  /** What it says it is. */
  readonly typeMeta: { readonly apiVersion?: string; readonly kind?: string };
  /** What parsing alone found, before any schema. */
  readonly problems: readonly DecodeProblem[];
  /** Whether its metadata asks to forget who set what, by an empty list that no schema keeps (spec: api.md section 9.2). */
  readonly forgetsManagers: boolean;
  decode(schema: ObjectType): Decoded<unknown>;
}

const protobufType = 'application/vnd.kubernetes.protobuf';
const textTypes = ['application/json', 'application/yaml'];

/** Parses a body by its Content-Type; JSON when there is none. `kind` is what was expected, for error texts; undefined for
 *  options, of which less is told. Throws UnsupportedMediaType, or BadRequest for text that is none of its type (spec: api.md sections 2.2 and 5). */
export async function bodySource(
  bytes: Buffer,
  contentType: string | undefined,
  kind: string | undefined,
  readsProtobuf = true,
): Promise<Body> {
  const type = parseMediaType(contentType ?? '').type;
  switch (type) {
    case '':
    case 'application/json':
      return jsonBody(bytes, kind);
    case 'application/yaml':
      return yamlBody(bytes, kind);
    case protobufType:
      if (readsProtobuf) return protobufBody(bytes, kind);
      throw unsupportedBody(textTypes);
    default:
      throw unsupportedBody(readsProtobuf ? [...textTypes, protobufType] : textTypes);
  }
}

/** The 415 for a body in an encoding that is not read here. */
export function unsupportedBody(accepted: readonly string[] = [...textTypes, protobufType]): ApiError {
  const what = 'the body of the request was in an unknown format';
  return new ApiError({
    code: 415,
    reason: 'UnsupportedMediaType',
    message: `${what} - accepted media types include: ${accepted.join(', ')}`,
  });
}

function jsonBody(bytes: Buffer, kind: string | undefined): Body {
  try {
    return sourceBody(readJson(bytes.toString('utf8')), [], bytes, kind);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw unrecognized(kind, `${noKind}${error.message}`, bytes);
    throw error;
  }
}

/** The parser is loaded when the first YAML comes: kubectl and the client libraries send none. */
async function yamlBody(bytes: Buffer, kind: string | undefined): Promise<Body> {
  const { readYaml, YamlError } = await import('#schema/yaml-text.ts');
  try {
    const { value, problems } = readYaml(bytes.toString('utf8'));
    const body = sourceBody(value, problems, bytes, kind);
    return { ...body, decode: (schema) => decodedYaml(body, schema) };
  } catch (error) {
    if (error instanceof YamlError) throw unrecognized(kind, error.message, bytes);
    throw error;
  }
}

/** Upstream makes JSON of YAML first, in which it sorts the keys. */
function decodedYaml(body: Body, schema: ObjectType): Decoded<unknown> {
  const decoded = body.decode(schema);
  return schema.custom === undefined ? { ...decoded, problems: inKeyOrder(decoded.problems) } : decoded;
}

/** Generated clients send nothing else for the kinds they know (spec: api.md section 2.4). */
async function protobufBody(bytes: Buffer, kind: string | undefined): Promise<Body> {
  const { openProtobufEnvelope } = await import('#schema/protobuf-envelope.ts');
  const { decodeProtobuf } = await import('#schema/protobuf-decode.ts');
  const { ProtobufError } = await import('#schema/protobuf-reader.ts');
  const refuse = (error: unknown, refusal: (why: string) => Error): never => {
    throw error instanceof ProtobufError ? refusal(error.message) : error;
  };
  const open = (): ReturnType<typeof openProtobufEnvelope> => {
    try {
      return openProtobufEnvelope(bytes);
    } catch (error) {
      return refuse(error, (why) =>
        apiErrors.badRequest(
          kind === undefined ? why : `the object provided is unrecognized (must be of type ${kind}): ${why}`,
        ),
      );
    }
  };
  const { apiVersion, kind: named, raw } = open();
  const read = (schema: ObjectType): unknown => {
    try {
      return decodeProtobuf(schema, raw);
    } catch (error) {
      return refuse(error, (why) => new DecodeError(why));
    }
  };
  // What the schema does not know was skipped while reading: there is nothing to be strict about.
  const typeMeta = { apiVersion, kind: named };
  return { typeMeta, problems: [], forgetsManagers: false, decode: (schema) => decode(schema, read(schema)) };
}

function sourceBody(
  source: unknown,
  problems: readonly DecodeProblem[],
  bytes: Buffer,
  kind: string | undefined,
): Body {
  const typeMeta = typeMetaOf(source, bytes, kind);
  const managers = fieldOf(fieldOf(source, 'metadata'), 'managedFields');
  const forgetsManagers = Array.isArray(managers) && managers.length === 0;
  return { typeMeta, problems, forgetsManagers, decode: (schema) => decode(schema, source) };
}

function typeMetaOf(source: unknown, bytes: Buffer, kind: string | undefined): Body['typeMeta'] {
  if (source === null) return {};
  const entries = entriesOf(source);
  if (entries === undefined) {
    throw unrecognized(
      kind,
      `${noKind}json: cannot unmarshal ${jsonWord(source)} into Go value of type ${typeMetaStruct}`,
      bytes,
    );
  }
  const text = (name: string): string | undefined => {
    const value = fieldOf(source, name) ?? undefined;
    if (value === undefined || typeof value === 'string') return value;
    const where = `Go struct field .${name} of type string`;
    throw unrecognized(kind, `${noKind}json: cannot unmarshal ${jsonWord(value)} into ${where}`, bytes);
  };
  const [apiVersion, named] = [text('apiVersion'), text('kind')];
  if (apiVersion !== undefined && apiVersion.split('/').length > 2) {
    throw unrecognized(kind, `unexpected GroupVersion string: ${apiVersion}`, bytes);
  }
  return { ...(apiVersion === undefined ? {} : { apiVersion }), ...(named === undefined ? {} : { kind: named }) };
}

/** Of a repeated key the last one counts. */
function fieldOf(source: unknown, name: string): unknown {
  return entriesOf(source)?.findLast(([key]) => key === name)?.[1];
}

const typeMetaStruct =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

const noKind = "couldn't get version/kind; json parse error: ";

/** For a body of which not even the kind can be read. Of options upstream tells no more than why. */
export function unrecognized(kind: string | undefined, why: string, bytes: Buffer): ApiError {
  if (kind === undefined) return apiErrors.badRequest(why);
  return apiErrors.badRequest(
    `the object provided is unrecognized (must be of type ${kind}): ${why} (${summary(bytes)})`,
  );
}

const summaryBytesMax = 30;

/** The start of a body as upstream shows it: text if it looks like JSON, hexadecimal otherwise. */
function summary(bytes: Buffer): string {
  if (bytes.length === 0) return '<empty>';
  const encoding = bytes[0] === 0x7b ? 'utf8' : 'hex';
  const start = bytes.subarray(0, summaryBytesMax).toString(encoding);
  return bytes.length > summaryBytesMax ? `${start} ...` : start;
}
