import { encodedMessage, encodedMetadataMessage } from '#api/object-message.ts';
import { assert } from '#base/assert.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { ApiError } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { Status } from '#kinds/meta/schema.ts';
import { encodeProtobuf } from '#schema/protobuf-encode.ts';
import type { ProtobufEnvelope } from '#schema/protobuf-envelope.ts';
import { ProtobufWriter } from '#schema/protobuf-writer.ts';

/** What is answered about a resource: an object of it, the kind of a subresource, or a Status. */
export function objectEnvelope(object: object, resource: ResourceDefinition): ProtobufEnvelope {
  const { kind, apiVersion } = object as KubeObject;
  if (kind === resource.kind) return { kind, apiVersion, raw: encodedMessage(resource.schema, object) };
  const brought = resource.subresources.find((subresource) => subresource.kind === kind)?.schema;
  const schema = kind === 'Status' ? Status : brought;
  assert(schema !== undefined, `${kind} is no answer about ${resource.plural}`);
  return { kind, apiVersion, raw: encodeProtobuf(schema, object) };
}

/** The object's metadata alone, as an object of its own. */
export function partialEnvelope(object: KubeObject, version: string): ProtobufEnvelope {
  const writer = new ProtobufWriter();
  writer.bytesField(1, encodedMetadataMessage(object));
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, raw: writer.finish() };
}

export function statusEnvelope(error: ApiError): ProtobufEnvelope {
  const { kind, apiVersion, ...status } = error.status();
  return { kind, apiVersion, raw: encodeProtobuf(Status, status) };
}
