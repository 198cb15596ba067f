import { encodedMessage } from '#api/object-message.ts';
import type { WatchEvent } from '#client/client.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { type ProtobufEnvelope, writeProtobufEnvelope } from '#schema/protobuf-envelope.ts';
import { ProtobufWriter } from '#schema/protobuf-writer.ts';
import { partialEnvelope, statusEnvelope } from '#server/envelopes.ts';
import { bookmarkObject, type EventEncoding } from '#server/event-encoding.ts';
import { type ProtobufFormat, protobufType } from '#server/negotiate.ts';
import { SharedPieces } from '#server/shared-pieces.ts';

type Event = WatchEvent<KubeObject>;

const sharedFrames = new SharedPieces();

const headBytes = 4;

/** Events in protobuf: the length in four bytes, the highest first, and a `WatchEvent` whose object stands in an envelope of its own. */
export function eventFrames({ view }: ProtobufFormat, resource: ResourceDefinition): EventEncoding<Uint8Array> {
  const names = { kind: resource.kind, apiVersion: apiVersionOf(resource) };
  const objectOf = (event: Event): KubeObject =>
    event.type === 'BOOKMARK' ? (bookmarkObject(event, names) as unknown as KubeObject) : event.object;
  const envelopeOf =
    view.as === 'object'
      ? (object: KubeObject) => ({ ...names, raw: encodedMessage(resource.schema, object) })
      : (object: KubeObject) => partialEnvelope(object, view.version);
  return {
    contentType: `${protobufType};stream=watch`,
    headBytes,
    ...(view.as === 'object' ? { shared: sharedFrames } : {}),
    event: (event) => frame(event.type, envelopeOf(objectOf(event))),
    failure: (error) => frame('ERROR', statusEnvelope(error)),
    join: (frames) => Buffer.concat(frames),
  };
}

function frame(type: string, envelope: ProtobufEnvelope): Uint8Array {
  const writer = new ProtobufWriter();
  writeProtobufEnvelope(envelope, writer);
  // The object is a RawExtension, whose field 1 has the bytes.
  writer.delimit(1, 0);
  writer.delimit(2, 0);
  writer.stringField(1, type);
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(writer.length);
  writer.raw(head);
  return writer.finish();
}
