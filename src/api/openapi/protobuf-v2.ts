import { isObject } from '#base/json.ts';
import { ProtobufWriter } from '#schema/protobuf-writer.ts';

/** A message as its fields in order; a number may come several times. What is undefined is left out. */
type Message = readonly (readonly [number: number, value: string | boolean | Message | undefined])[];

type Values = { readonly [key: string]: unknown };

/** An OpenAPI v2 document in protobuf, as `openapi.v2.Document`: the only form that kubectl before 1.27 reads. */
export function protobufV2(document: Values): Uint8Array {
  const writer = new ProtobufWriter();
  write(writer, documentMessage(document));
  return writer.finish();
}

/** The writer goes backwards, so that lengths are known. */
function write(writer: ProtobufWriter, message: Message): void {
  for (const [number, value] of message.toReversed()) {
    if (value === undefined) continue;
    if (typeof value === 'string') writer.stringField(number, value);
    else if (typeof value === 'boolean') writer.varintField(number, value ? 1 : 0);
    else {
      const before = writer.length;
      write(writer, value);
      writer.delimit(number, before);
    }
  }
}

function documentMessage({ swagger, info, paths, definitions }: Values): Message {
  const { title, version } = object(info);
  return [
    [1, text(swagger)],
    [
      2,
      [
        [1, text(title)],
        [2, text(version)],
      ],
    ],
    [8, named(2, paths, pathItem)],
    [9, named(1, definitions, schema)],
  ];
}

function pathItem(item: Values): Message {
  const methods = [
    ['get', 2],
    ['put', 3],
    ['post', 4],
    ['delete', 5],
    ['patch', 8],
  ] as const;
  return [
    ...methods.flatMap(([method, number]) =>
      isObject(item[method]) ? [[number, operation(object(item[method]))] as const] : [],
    ),
    ...list(item.parameters).map((one) => [9, parameter(object(one))] as const),
  ];
}

function operation(value: Values): Message {
  return [
    [3, text(value.description)],
    [5, text(value.operationId)],
    ...list(value.produces).map((type) => [6, text(type)] as const),
    ...list(value.consumes).map((type) => [7, text(type)] as const),
    ...list(value.parameters).map((one) => [8, parameter(object(one))] as const),
    [9, named(1, value.responses, response)],
    ...list(value.schemes).map((scheme) => [10, text(scheme)] as const),
    ...extensions(13, value),
  ];
}

function parameter(value: Values): Message {
  const common: Message = [
    [3, text(value.description)],
    [4, text(value.name)],
  ];
  const placed: Message = [[1, value.required === true || undefined], [2, text(value.in)], ...common];
  switch (value.in) {
    case 'body':
      return [[1, [[1, bodyParameter(value)]]]];
    case 'path':
      return [[1, [[2, [[4, [...placed, [5, text(value.type)], [19, true]]]]]]]];
    default:
      return [[1, [[2, [[3, [...placed, [6, text(value.type)], [20, true]]]]]]]];
  }
}

function bodyParameter(value: Values): Message {
  const required = value.required === true || undefined;
  return [
    [2, text(value.name)],
    [3, text(value.in)],
    [4, required],
    [5, schema(object(value.schema))],
  ];
}

function response(value: Values): Message {
  const answered: Message = isObject(value.schema) ? [[2, [[1, schema(object(value.schema))]]]] : [];
  return [[1, [[1, text(value.description)], ...answered]]];
}

function schema(value: Values): Message {
  const { items, additionalProperties, properties } = value;
  return [
    [1, text(value.$ref)],
    [2, text(value.format)],
    [4, text(value.description)],
    [5, value.default === undefined ? undefined : any(value.default)],
    ...list(value.required).map((name) => [19, text(name)] as const),
    ...list(value.enum).map((one) => [20, any(one)] as const),
    [21, isObject(additionalProperties) ? [[1, schema(additionalProperties)]] : undefined],
    [22, typeof value.type === 'string' ? [[1, value.type]] : undefined],
    [23, isObject(items) ? [[1, schema(items)]] : undefined],
    [25, isObject(properties) ? named(1, properties, schema) : undefined],
    ...extensions(31, value),
  ];
}

/** A map, as a list of names with values. */
function named(number: number, map: unknown, message: (value: Values) => Message): Message {
  return Object.entries(object(map)).map(
    ([name, value]) =>
      [
        number,
        [
          [1, name],
          [2, message(object(value))],
        ],
      ] as const,
  );
}

function extensions(number: number, value: Values): Message {
  const entries = Object.entries(value).filter(([name]) => name.startsWith('x-'));
  return entries.map(
    ([name, content]) =>
      [
        number,
        [
          [1, name],
          [2, any(content)],
        ],
      ] as const,
  );
}

/** Any value travels as YAML text, of which JSON is a part. */
function any(value: unknown): Message {
  return [[2, JSON.stringify(value)]];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function object(value: unknown): Values {
  return isObject(value) ? value : {};
}
