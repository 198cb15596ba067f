import type { KubeObject } from '#kinds/meta/object.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
import { encodeProtobuf } from '#schema/protobuf-encode.ts';
import type { ObjectType } from '#schema/type.ts';

const messages = new WeakMap<object, Uint8Array>();

/** The object as a protobuf message of its `type`, encoded at most once however many watchers and readers there are. `object` must
 *  be frozen or never change again. */
export function encodedMessage(type: ObjectType, object: object): Uint8Array {
  let message = messages.get(object);
  if (message === undefined) {
    message = encodeProtobuf(type, object);
    messages.set(object, message);
  }
  return message;
}

/** The object's metadata alone, as a message. */
export function encodedMetadataMessage({ metadata }: KubeObject): Uint8Array {
  return encodedMessage(ObjectMeta, metadata);
}
