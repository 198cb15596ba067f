import type { Stored } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { always, int32, list, listMap, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const prefix = 'io.k8s.api.storage.v1';

const VolumeNodeResources = object(`${prefix}.VolumeNodeResources`, 'How many volumes there may be.', {
  count: optional(
    1,
    int32,
    'How many volumes of the driver the node can have at once; as many as it likes unless given.',
  ),
});

const CSINodeDriver = object(`${prefix}.CSINodeDriver`, 'A storage driver on a node.', {
  name: required(1, string, 'The name that the driver goes by.'),
  nodeID: required(2, string, 'What the driver calls the node.'),
  topologyKeys: always(3, list(string), 'Labels of the node that say where it is, for the driver.'),
  allocatable: optional(4, VolumeNodeResources, 'How many volumes the node can have.'),
});

/** Upstream writes `null` for a driver without labels, and for a node without drivers. */
export type CSINodeDriver = Omit<Infer<typeof CSINodeDriver>, 'topologyKeys'> & {
  readonly topologyKeys: readonly string[] | null;
};

const CSINodeSpec = object(`${prefix}.CSINodeSpec`, 'The storage drivers on a node.', {
  drivers: required(1, listMap(CSINodeDriver, ['name'], 'name'), 'The drivers; none unless given.'),
});

export const CSINode = object(`${prefix}.CSINode`, 'Which storage drivers there are on the node of the same name.', {
  ...objectFields,
  spec: required(2, CSINodeSpec, 'The drivers.'),
});
export interface CSINode extends Omit<Stored<Infer<typeof CSINode>>, 'spec'> {
  readonly spec: { readonly drivers: readonly CSINodeDriver[] | null };
}
