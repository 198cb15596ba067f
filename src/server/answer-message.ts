import { encodedMessage, encodedMetadataMessage } from '#api/object-message.ts';
import { setImmediate } from '#base/timers.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { ListMeta } from '#kinds/meta/schema.ts';
import { encodeProtobuf } from '#schema/protobuf-encode.ts';
import { protobufEnvelopeParts } from '#schema/protobuf-envelope.ts';
import { ProtobufWriter } from '#schema/protobuf-writer.ts';
import { sendPieces } from '#server/body-sender.ts';
import type { Exchange } from '#server/exchange.ts';
import type { ListForm } from '#server/list-form.ts';
import { type ProtobufFormat, protobufType } from '#server/negotiate.ts';

const headers = { 'content-type': protobufType };

/** Lists are encoded and written in pieces of this size; others get their turn in between. */
const pieceBytes = 512 * 1024;

/** How the items of a list are written: the number of their field, and the message of each. */
interface ItemForm {
  readonly number: number;
  /** The message, or what stands in its only field. */
  readonly content: (item: KubeObject) => Uint8Array;
  readonly isWrapped: boolean;
}

/** Answers with a list: objects of the resource, or the metadata of them alone. Only the messages of single objects are kept, which
 *  all readers share; the list is never there as a whole. */
export async function answerListMessage(
  exchange: Exchange,
  { head, objects }: ListForm,
  { view }: ProtobufFormat,
  { schema }: ResourceDefinition,
): Promise<void> {
  const isWhole = view.as === 'object';
  // The older version of lists of metadata numbers its two fields the other way round.
  const [metadataNumber, number] = !isWhole && view.version === 'v1beta1' ? [2, 1] : [1, 2];
  const content = isWhole ? (item: KubeObject) => encodedMessage(schema, item) : encodedMetadataMessage;
  const form: ItemForm = { number, content, isWrapped: !isWhole };
  const length = await itemBytes(exchange, objects, form);
  if (exchange.closed) return;
  const writer = new ProtobufWriter();
  writer.bytesField(metadataNumber, encodeProtobuf(ListMeta, head.metadata));
  const metadata = writer.finish();
  const { before, after } = protobufEnvelopeParts(head, metadata.length + length);
  const pieces = function* (): Iterable<Uint8Array> {
    yield before;
    if (metadataNumber < number) yield metadata;
    yield* itemPieces(objects, form);
    if (metadataNumber > number) yield metadata;
    yield after;
  };
  await sendPieces(exchange, 200, headers, before.length + metadata.length + length + after.length, pieces());
}

/** How long all items are together: it stands before the first of them. */
async function itemBytes(exchange: Exchange, items: readonly KubeObject[], form: ItemForm): Promise<number> {
  let sum = 0;
  let turn = 0;
  for (const item of items) {
    const bytes = itemLength(item, form);
    sum += bytes;
    turn += bytes;
    if (turn < pieceBytes) continue;
    turn = 0;
    await new Promise((resolve) => setImmediate(resolve));
    if (exchange.closed) break;
  }
  return sum;
}

function itemLength(item: KubeObject, { content, isWrapped }: ItemForm): number {
  const { length } = content(item);
  return fieldLength(isWrapped ? fieldLength(length) : length);
}

/** Of a length-delimited field whose number is a small one. */
function fieldLength(content: number): number {
  let head = 2;
  for (let rest = content; rest >= 0x80; rest = Math.floor(rest / 0x80)) head += 1;
  return head + content;
}

function* itemPieces(items: readonly KubeObject[], form: ItemForm): Iterable<Uint8Array> {
  for (let from = 0; from < items.length; ) {
    let to = from;
    for (let bytes = 0; to < items.length && bytes < pieceBytes; to++)
      bytes += itemLength(items[to] as KubeObject, form);
    yield itemPiece(items.slice(from, to), form);
    from = to;
  }
}

/** The writer goes backwards, and so from the last item to the first. */
function itemPiece(items: readonly KubeObject[], { number, content, isWrapped }: ItemForm): Uint8Array {
  const writer = new ProtobufWriter();
  for (const item of items.toReversed()) {
    const before = writer.length;
    if (isWrapped) writer.bytesField(1, content(item));
    else writer.raw(content(item));
    writer.delimit(number, before);
  }
  return writer.finish();
}
