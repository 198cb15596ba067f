import { assert } from '#base/assert.ts';
import { ListMeta, ObjectMeta } from '#kinds/meta/schema.ts';
import { always, boolean, list, nonzero, object, optional, string } from '#schema/build.ts';
import { encodeProtobuf } from '#schema/protobuf-encode.ts';
import type { ProtobufEnvelope } from '#schema/protobuf-envelope.ts';
import type { ObjectType } from '#schema/type.ts';

/** The documents of discovery as protobuf has them: only the fields' numbers count here. */

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const discovery = 'io.k8s.api.apidiscovery.v2';

const ServerAddress = object(`${meta}.ServerAddressByClientCIDR`, 'Where the server is, for whom.', {
  clientCIDR: nonzero(1, string, 'The clients that it holds for.'),
  serverAddress: nonzero(2, string, 'The address of the server.'),
});

const APIVersions = object(`${meta}.APIVersions`, 'The versions of the core group.', {
  versions: optional(1, list(string), 'The versions.'),
  serverAddressByClientCIDRs: optional(2, list(ServerAddress), 'Where the server is.'),
});

const GroupVersion = object(`${meta}.GroupVersionForDiscovery`, 'A version of a group.', {
  groupVersion: nonzero(1, string, 'Both in one.'),
  version: nonzero(2, string, 'The version alone.'),
});

const APIGroup = object(`${meta}.APIGroup`, 'A group and its versions.', {
  name: nonzero(1, string, 'The name of the group.'),
  versions: optional(2, list(GroupVersion), 'Its versions, the preferred one first.'),
  preferredVersion: always(3, GroupVersion, 'The version to use unless another is asked for.'),
  serverAddressByClientCIDRs: optional(4, list(ServerAddress), 'Where the server is.'),
});

const APIGroupList = object(`${meta}.APIGroupList`, 'All groups but the core group.', {
  groups: optional(1, list(APIGroup), 'The groups.'),
});

const Verbs = object(`${meta}.Verbs`, 'A list in a message of its own, so that none and empty are two.', {
  items: optional(1, list(string), 'The verbs.'),
});

const APIResource = object(`${meta}.APIResource`, 'What a resource is called and what can be done with it.', {
  name: nonzero(1, string, 'The plural, and a subresource after a slash.'),
  namespaced: nonzero(2, boolean, 'Whether its objects are in namespaces.'),
  kind: nonzero(3, string, 'The kind of its objects.'),
  verbs: optional(4, Verbs, 'What can be done.'),
  shortNames: optional(5, list(string), 'Shorter names.'),
  singularName: nonzero(6, string, 'The name of one.'),
  categories: optional(7, list(string), 'Sets of resources that it belongs to.'),
  group: nonzero(8, string, 'The group of the kind if it is another.'),
  version: nonzero(9, string, 'The version of the kind if it is another.'),
  storageVersionHash: nonzero(10, string, 'Changes with the form that is stored.'),
});

const APIResourceList = object(`${meta}.APIResourceList`, 'The resources of a version.', {
  groupVersion: nonzero(1, string, 'The group and version.'),
  resources: optional(2, list(APIResource), 'The resources.'),
});

const GroupVersionKind = object(`${meta}.GroupVersionKind`, 'A kind.', {
  group: nonzero(1, string, 'Its group.'),
  version: nonzero(2, string, 'Its version.'),
  kind: nonzero(3, string, 'Its name.'),
});

const APISubresourceDiscovery = object(`${discovery}.APISubresourceDiscovery`, 'A subresource.', {
  subresource: nonzero(1, string, 'Its name.'),
  responseKind: optional(2, GroupVersionKind, 'What it answers with.'),
  acceptedTypes: optional(3, list(GroupVersionKind), 'What it takes.'),
  verbs: optional(4, list(string), 'What can be done.'),
});

const APIResourceDiscovery = object(`${discovery}.APIResourceDiscovery`, 'A resource and its subresources.', {
  resource: nonzero(1, string, 'The plural.'),
  responseKind: optional(2, GroupVersionKind, 'The kind of its objects.'),
  scope: nonzero(3, string, 'Namespaced or Cluster.'),
  singularResource: nonzero(4, string, 'The name of one.'),
  verbs: optional(5, list(string), 'What can be done.'),
  shortNames: optional(6, list(string), 'Shorter names.'),
  categories: optional(7, list(string), 'Sets of resources that it belongs to.'),
  subresources: optional(8, list(APISubresourceDiscovery), 'What is served below each object.'),
});

const APIVersionDiscovery = object(`${discovery}.APIVersionDiscovery`, 'A version and its resources.', {
  version: nonzero(1, string, 'The version.'),
  resources: optional(2, list(APIResourceDiscovery), 'The resources.'),
  freshness: nonzero(3, string, 'Current or Stale.'),
});

const APIGroupDiscovery = object(`${discovery}.APIGroupDiscovery`, 'A group and its versions.', {
  metadata: always(1, ObjectMeta, 'The name of the group.'),
  versions: optional(2, list(APIVersionDiscovery), 'Its versions, the preferred one first.'),
});

const APIGroupDiscoveryList = object(`${discovery}.APIGroupDiscoveryList`, 'All that is served.', {
  metadata: always(1, ListMeta, 'Nothing.'),
  items: optional(2, list(APIGroupDiscovery), 'The groups.'),
});

const types: { readonly [kind: string]: ObjectType } = {
  APIVersions,
  APIGroupList,
  APIGroup,
  APIResourceList,
  APIGroupDiscoveryList,
};

/** A document of discovery in its envelope (spec: api.md sections 3.1 and 3.2). */
export function discoveryEnvelope(document: object): ProtobufEnvelope {
  const { kind, apiVersion = '' } = document as { readonly kind: string; readonly apiVersion?: string };
  const type = types[kind];
  assert(type !== undefined, `${kind} is no document of discovery`);
  const shown = kind === 'APIResourceList' ? withVerbs(document as ResourceList) : document;
  return { kind, apiVersion, raw: encodeProtobuf(type, shown) };
}

interface ResourceList {
  readonly resources: readonly { readonly verbs: readonly string[] }[];
}

function withVerbs(document: ResourceList): object {
  return { ...document, resources: document.resources.map((one) => ({ ...one, verbs: { items: one.verbs } })) };
}
