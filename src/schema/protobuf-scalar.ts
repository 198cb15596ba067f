import { goJson } from '#base/json.ts';
import { parseJson } from '#schema/json-text.ts';
import { ProtobufError, type ProtobufReader } from '#schema/protobuf-reader.ts';
import type { ProtobufWriter } from '#schema/protobuf-writer.ts';
import { timeText, timeUnits } from '#schema/time.ts';
import type { ScalarType } from '#schema/type.ts';

/** The wire type that values of a leaf type have; all that are messages of their own are length-delimited. */
export function wireTypeOf(type: ScalarType<unknown>): 0 | 1 | 2 {
  switch (type.is) {
    case 'boolean':
    case 'int32':
    case 'int64':
      return 0;
    case 'double':
      return 1;
    default:
      return 2;
  }
}

/** Reads a leaf into the JSON value that stands for it; null for "not set" (spec: api.md section 2.4). */
export function readScalar(type: ScalarType<unknown>, reader: ProtobufReader): unknown {
  switch (type.is) {
    case 'boolean':
      return reader.bool();
    case 'int32':
      return reader.int32();
    case 'int64':
      return safeNumber(reader.int64());
    case 'double':
      return reader.double();
    case 'string':
      return reader.string();
    case 'bytes':
      return reader.slice().toString('base64');
    case 'quantity':
      return readFields(reader.nested()).text ?? '0';
    case 'raw':
      return readRaw(readFields(reader.nested()).text);
    case 'intOrString': {
      const { first, second, third } = readFields(reader.nested());
      return first === 1n ? (third ?? '') : Number(BigInt.asIntN(32, second ?? 0n));
    }
    case 'time':
    case 'microTime': {
      const nested = reader.nested();
      if (nested.isDone) return null;
      const { first, second } = readFields(nested);
      return timeText(safeNumber(first ?? 0n), Number(second ?? 0n), type.is);
    }
  }
}

/** What the small messages hold: numbers in fields 1 and 2, text in 1 or 3. */
interface SmallMessage {
  text?: string;
  first?: bigint;
  second?: bigint;
  third?: string;
}

function readFields(reader: ProtobufReader): SmallMessage {
  const message: SmallMessage = {};
  while (!reader.isDone) {
    const { number, wireType } = reader.tag();
    if (number === 1 && wireType === 2) message.text = reader.string();
    else if (number === 1 && wireType === 0) message.first = reader.int64();
    else if (number === 2 && wireType === 0) message.second = reader.int64();
    else if (number === 3 && wireType === 2) message.third = reader.string();
    else reader.skip(wireType);
  }
  return message;
}

function readRaw(text: string | undefined): unknown {
  if (text === undefined || text === '') return null;
  try {
    return parseJson(text);
  } catch (error) {
    throw new ProtobufError(`cannot read embedded JSON: ${(error as Error).message}`);
  }
}

function safeNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new ProtobufError(`number ${value} is beyond 2^53 and would be rounded`);
  return number;
}

/** The reverse of `readScalar`: writes the canonical JSON value of a leaf, with its length if it has one. A time or embedded JSON that
 *  is null becomes an empty message. */
export function putScalar(type: ScalarType<unknown>, value: unknown, writer: ProtobufWriter): void {
  switch (type.is) {
    case 'boolean':
      writer.varint(value === true ? 1 : 0);
      break;
    case 'int32':
    case 'int64':
      writer.varint(value as number);
      break;
    case 'double':
      writer.double(value as number);
      break;
    case 'string':
      writer.string(value as string);
      break;
    case 'bytes':
      writer.delimitedBytes(Buffer.from(value as string, 'base64'));
      break;
    default: {
      const before = writer.length;
      putFields(type.is, value, writer);
      writer.varint(writer.length - before);
    }
  }
}

/** The fields of a leaf that is a message of its own. */
function putFields(
  is: 'quantity' | 'raw' | 'intOrString' | 'time' | 'microTime',
  value: unknown,
  writer: ProtobufWriter,
): void {
  if (value === null) return;
  if (is === 'intOrString') {
    const isText = typeof value === 'string';
    writer.stringField(3, isText ? value : '');
    writer.varintField(2, isText ? 0 : (value as number));
    writer.varintField(1, isText ? 1 : 0);
  } else if (is === 'quantity') writer.stringField(1, value as string);
  else if (is === 'raw') writer.stringField(1, goJson(value));
  else {
    const { seconds, nanos } = timeUnits(value as string);
    writer.varintField(2, nanos);
    writer.varintField(1, seconds);
  }
}
