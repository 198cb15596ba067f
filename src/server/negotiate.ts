import { ApiError } from '#kinds/meta/errors.ts';
import { type MediaType, parseAccept } from '#server/media-type.ts';

/** In which form the client wants what it asked for (spec: api.md section 2.1). */
export type Format = TextFormat | ProtobufFormat;

export interface TextFormat {
  readonly encoding: 'json' | 'yaml';
  readonly view: View;
  readonly pretty: boolean;
}

/** Tables have no protobuf form. */
export interface ProtobufFormat {
  readonly encoding: 'protobuf';
  readonly view: Exclude<View, { as: 'Table' }>;
}

export type Encoding = Format['encoding'];

/** The whole object, or one of the forms made from it. */
export type View =
  | { readonly as: 'object' }
  | { readonly as: 'Table'; readonly version: string }
  | { readonly as: 'PartialObjectMetadata'; readonly version: string }
  | { readonly as: 'PartialObjectMetadataList'; readonly version: string };

const whole = { as: 'object' } as const;

export const plainJson: TextFormat = { encoding: 'json', view: whole, pretty: false };

export const protobufType = 'application/vnd.kubernetes.protobuf';

const encodings: { readonly [type: string]: Encoding } = {
  '*/*': 'json',
  'application/json': 'json',
  'application/yaml': 'yaml',
  [protobufType]: 'protobuf',
};

const views = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);
const viewVersions = new Set(['v1', 'v1beta1']);

/** In which forms objects can be had. */
export interface Offer {
  /** Of custom objects only the metadata can be had in protobuf. */
  readonly isCustom?: boolean;
  readonly hasTables?: boolean;
}

/** The first acceptable clause decides; one we cannot satisfy is passed over. Undefined: none can be satisfied. */
export function negotiate(
  accept: string | undefined,
  { isCustom = false, hasTables = true }: Offer = {},
): Format | undefined {
  for (const { type, parameters } of parseAccept(accept)) {
    const encoding = encodings[type];
    if (encoding === undefined) continue;
    const view = viewOf(parameters);
    if (view === undefined || !isStreamable(encoding, parameters.stream)) continue;
    if (view.as === 'Table' && !hasTables) continue;
    if (encoding !== 'protobuf') return { encoding, view, pretty: parameters.pretty === '1' };
    if (view.as !== 'Table' && !(isCustom && view.as === 'object')) return { encoding, view };
  }
  return undefined;
}

/** Only watches are streamed, and YAML not at all. */
function isStreamable(encoding: Encoding, stream = ''): boolean {
  return stream === '' || (stream === 'watch' && encoding !== 'yaml');
}

function viewOf(parameters: { readonly [name: string]: string }): View | undefined {
  const { as, g: group, v: version } = parameters;
  // A group or a version alone asks for a form too: one that nobody has.
  if (as === undefined) return group === undefined && version === undefined ? { as: 'object' } : undefined;
  if (group !== 'meta.k8s.io' || version === undefined || !viewVersions.has(version) || !views.has(as))
    return undefined;
  return { as: as as 'Table', version };
}

/** In which encoding to answer with what has one form alone: that of a clause that asks for no other. Undefined: none fits. */
export function negotiateDocument(accept: string | undefined): Format | undefined {
  for (const { type, parameters } of parseAccept(accept)) {
    const encoding = encodings[type];
    if (encoding === undefined || 'as' in parameters || 'g' in parameters || 'v' in parameters) continue;
    if (encoding === 'protobuf') return { encoding, view: whole };
    return { encoding, view: whole, pretty: parameters.pretty === '1' };
  }
  return undefined;
}

/** In which encoding to tell of an error; JSON when nothing fits. */
export function errorFormat(accept: string | undefined): Format {
  return negotiateDocument(accept) ?? plainJson;
}

const aggregated = { as: 'APIGroupDiscoveryList', g: 'apidiscovery.k8s.io', v: 'v2' };

/** In which encoding all of discovery is wanted in one document, if it is (spec: api.md section 3.2). */
export function aggregatedEncoding(accept: string | undefined): Encoding | undefined {
  const isAggregated = ({ parameters }: MediaType): boolean =>
    Object.entries(aggregated).every(([name, value]) => parameters[name] === value);
  const clause = parseAccept(accept).find((each) => encodings[each.type] !== undefined && isAggregated(each));
  return clause && encodings[clause.type];
}

/** Upstream has two texts: one for types nobody speaks, and one for a known type in a form that cannot be had. Custom resources know
 *  the second text alone. */
export function notAcceptable(accept: string | undefined, isCustom: boolean): ApiError {
  const types = Object.keys(encodings).slice(1);
  const isKnown = isCustom || parseAccept(accept).some((clause) => types.includes(clause.type));
  const message = isKnown
    ? `only the following media types are accepted: ${types.join(', ')}`
    : `406: Not Acceptable\n\nAvailable representations: ${types.join(', ')}`;
  return new ApiError({ code: 406, reason: 'NotAcceptable', message });
}

/** The same for what has one form alone. */
export function wholeObject(format: Format): Format {
  return format.encoding === 'protobuf' ? { ...format, view: whole } : { ...format, view: whole };
}

/** Refuses a watch in `format` when that cannot be streamed, which is true of YAML. */
export function checkStream({ encoding }: Format): void {
  if (encoding !== 'yaml') return;
  const streams = ['application/json', protobufType].map((type) => `${type};stream=watch`).join(', ');
  const message = `only the following media types are accepted: ${streams}`;
  throw new ApiError({ code: 406, reason: 'NotAcceptable', message });
}
