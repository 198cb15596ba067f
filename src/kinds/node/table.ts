import type { Millis } from '#base/units.ts';
import type { Cell, TableDefinition } from '#kinds/definition.ts';
import type { Node } from '#kinds/node/schema.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

const rolePrefix = 'node-role.kubernetes.io/';
const roleLabel = 'kubernetes.io/role';

/** How nodes are listed (spec: nodes-and-scheduling.md section 14). */
export const nodeTable: TableDefinition<Node> = {
  columns: [
    nameColumn,
    column('Status', { description: 'Whether the node is ready, and whether new pods are kept away from it.' }),
    column('Roles', { description: 'What the node is for, by its labels.' }),
    ageColumn,
    column('Version', { description: 'Version of the node component.' }),
    column('Internal-IP', { description: 'Address inside the cluster.', priority: 1 }),
    column('External-IP', { description: 'Address from outside.', priority: 1 }),
    column('OS-Image', { description: 'Operating system.', priority: 1 }),
    column('Kernel-Version', { description: 'Kernel, and the machine it is for.', priority: 1 }),
    column('Container-Runtime', { description: 'What runs the containers, and its version.', priority: 1 }),
  ],
  cells: nodeCells,
};

function nodeCells(node: Node, now: Millis): readonly Cell[] {
  const { metadata, status } = node;
  const { nodeInfo } = status;
  return [
    metadata.name,
    nodeStatus(node),
    nodeRoles(metadata.labels ?? {}),
    ageOf(metadata.creationTimestamp, now),
    nodeInfo.kubeletVersion,
    addressOf(node, 'InternalIP'),
    addressOf(node, 'ExternalIP'),
    nodeInfo.osImage || '<unknown>',
    kernelOf(nodeInfo),
    nodeInfo.containerRuntimeVersion || '<unknown>',
  ];
}

function nodeStatus({ spec, status }: Node): string {
  const ready = status.conditions?.findLast(({ type }) => type === 'Ready');
  const text = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec.unschedulable === true ? `${text},SchedulingDisabled` : text;
}

function nodeRoles(labels: { readonly [key: string]: string }): string {
  const roles = Object.entries(labels).flatMap(([key, value]) => {
    if (key.startsWith(rolePrefix)) return [key.slice(rolePrefix.length)];
    return key === roleLabel ? [value] : [];
  });
  const named = [...new Set(roles.filter((role) => role !== ''))].sort();
  return named.length === 0 ? '<none>' : named.join(',');
}

function addressOf({ status }: Node, type: string): string {
  return status.addresses?.find((address) => address.type === type)?.address ?? '<none>';
}

function kernelOf({ kernelVersion, architecture }: Node['status']['nodeInfo']): string {
  const kernel = kernelVersion || '<unknown>';
  return architecture === '' ? kernel : `${kernel} (${architecture})`;
}
