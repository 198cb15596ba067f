import { ApiError } from '#kinds/meta/errors.ts';
import { parseAccept } from '#server/media-type.ts';

/** In which form the client wants what it asked for (spec: api.md section 2.1). */
export interface Format {
  readonly encoding: Encoding;
  readonly view: View;
  readonly pretty: boolean;
}

export type Encoding = 'json' | 'yaml';

/** The whole object, or one of the forms made from it. */
export type View =
  | { readonly as: 'object' }
  | { readonly as: 'Table'; readonly version: string }
  | { readonly as: 'PartialObjectMetadata'; readonly version: string }
  | { readonly as: 'PartialObjectMetadataList'; readonly version: string };

export const plainJson: Format = { encoding: 'json', view: { as: 'object' }, pretty: false };

const encodings: { readonly [type: string]: Encoding } = {
  '*/*': 'json',
  'application/json': 'json',
  'application/yaml': 'yaml',
};

const views = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);
const viewVersions = new Set(['v1', 'v1beta1']);

/** The first acceptable clause decides; one we cannot satisfy is passed over. Undefined: none can be satisfied. Protobuf
 *  and CBOR clauses are passed over too: every client that lists them lists JSON after them. */
export function negotiate(accept: string | undefined): Format | undefined {
  for (const { type, parameters } of parseAccept(accept)) {
    const encoding = encodings[type];
    if (encoding === undefined) continue;
    const view = viewOf(parameters);
    if (view === undefined) continue;
    if (!isStreamable(encoding, parameters.stream)) continue;
    return { encoding, view, pretty: parameters.pretty === '1' };
  }
  return undefined;
}

/** Only watches are streamed, and YAML not at all. */
function isStreamable(encoding: Encoding, stream = ''): boolean {
  return stream === '' || (stream === 'watch' && encoding === 'json');
}

function viewOf(parameters: { readonly [name: string]: string }): View | undefined {
  const { as, g: group, v: version } = parameters;
  if (as === undefined) return { as: 'object' };
  if (group !== 'meta.k8s.io' || version === undefined || !viewVersions.has(version) || !views.has(as))
    return undefined;
  return { as: as as 'Table', version };
}

const protobufType = 'application/vnd.kubernetes.protobuf';

/** The format of a document that has no other forms, as discovery's have not. Who knows nothing but protobuf gets JSON all the same. */
export function negotiateDocument(accept: string | undefined): Format | undefined {
  for (const { type, parameters } of parseAccept(accept)) {
    if (parameters.as !== undefined) continue;
    const encoding = type === protobufType ? 'json' : encodings[type];
    if (encoding !== undefined) return { ...plainJson, encoding };
  }
  return undefined;
}

/** In which encoding to tell of an error, whatever form was asked for; JSON when nothing fits. */
export function errorFormat(accept: string | undefined): Format {
  for (const { type } of parseAccept(accept)) {
    const encoding = encodings[type];
    if (encoding !== undefined) return { ...plainJson, encoding };
  }
  return plainJson;
}

/** Upstream has two texts: one for types nobody speaks, and one for a known type in a form that cannot be had. Custom resources know
 *  no protobuf, and the second text alone. */
export function notAcceptable(accept: string | undefined, isCustom: boolean): ApiError {
  const texts = ['application/json', 'application/yaml'];
  const types = isCustom ? texts : [...texts, protobufType];
  const isKnown = isCustom || parseAccept(accept).some((clause) => types.includes(clause.type));
  const message = isKnown
    ? `only the following media types are accepted: ${types.join(', ')}`
    : `406: Not Acceptable\n\nAvailable representations: ${types.join(', ')}`;
  return new ApiError({ code: 406, reason: 'NotAcceptable', message });
}

/** The header of an answer in `format`. */
export function contentType(format: Format): string {
  return `application/${format.encoding}`;
}

/** Refuses a watch in `format` when that cannot be streamed, which is true of YAML. */
export function checkStream({ encoding }: Format, isCustom: boolean): void {
  if (encoding !== 'yaml') return;
  const types = ['application/json', ...(isCustom ? [] : [protobufType])];
  const streams = types.map((type) => `${type};stream=watch`).join(', ');
  const message = `only the following media types are accepted: ${streams}`;
  throw new ApiError({ code: 406, reason: 'NotAcceptable', message });
}
