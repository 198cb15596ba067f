import type { CSINodeDriver } from '#kinds/csi-node/schema.ts';
import { CSINode } from '#kinds/csi-node/schema.ts';
import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { checkImmutable, checkNotNegative, internally } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateQualifiedName } from '#kinds/meta/labels.ts';
import { checkDriverName } from '#kinds/persistent-volume/validate-sources.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';
import type { Draft } from '#schema/type.ts';

type Findings = readonly FieldError[];

const table: TableDefinition<CSINode> = {
  columns: [
    nameColumn,
    column('Drivers', { type: 'integer', description: 'How many drivers the node has.' }),
    ageColumn,
  ],
  cells: ({ metadata, spec }, now) => [
    metadata.name,
    (spec.drivers ?? []).length,
    ageOf(metadata.creationTimestamp, now),
  ],
};

function defaultNode({ spec }: Draft<CSINode>): void {
  if (spec.drivers?.length === 0) spec.drivers = null;
  for (const driver of spec.drivers ?? []) if (driver.topologyKeys?.length === 0) driver.topologyKeys = null;
}

function validateNode({ spec }: CSINode): Findings {
  const drivers = spec.drivers ?? [];
  return drivers.flatMap((driver, index) => {
    const isRepeated = drivers.findIndex(({ name }) => name === driver.name) < index;
    return validateDriver(driver, `spec.drivers[${index}]`, isRepeated);
  });
}

const nodeIdBytesMax = 256;

function validateDriver(driver: CSINodeDriver, field: string, isRepeated: boolean): Findings {
  const { name, nodeID, allocatable } = driver;
  const isTooLong = Buffer.byteLength(nodeID) > nodeIdBytesMax;
  const tooLong = `must be ${nodeIdBytesMax} characters or less`;
  return [
    ...checkDriverName(`${field}.name`, name),
    ...(nodeID === '' ? [fieldError.required(`${field}.nodeID`)] : []),
    ...(isTooLong ? [fieldError.invalid(`${field}.nodeID`, nodeID, tooLong)] : []),
    ...checkNotNegative(`${field}.allocatable.count`, allocatable?.count),
    ...(isRepeated ? [fieldError.duplicate(`${field}.name`, name)] : []),
    ...validateKeys(driver.topologyKeys ?? [], field),
  ];
}

/** Upstream names the driver here, not the label. */
function validateKeys(keys: readonly string[], field: string): Findings {
  return keys.flatMap((key, index) => [
    ...(key === '' ? [fieldError.required(field)] : []),
    ...(keys.indexOf(key) < index ? [fieldError.duplicate(field, key)] : []),
    ...validateQualifiedName(key, field),
  ]);
}

/** A driver may come and go, and count its volumes anew, but is what it is while it is there. */
function validateNodeUpdate(node: CSINode, old: CSINode): Findings {
  const same = (old.spec.drivers ?? []).flatMap((before) =>
    (node.spec.drivers ?? [])
      .filter(({ name }) => name === before.name)
      .flatMap((now) => checkImmutable('spec.drivers', fixed(now), fixed(before), internally(fixed(now)))),
  );
  return [...validateNode(node), ...same];
}

function fixed({ name, nodeID, topologyKeys }: CSINodeDriver) {
  return { name, nodeID, topologyKeys, allocatable: null };
}

export const csiNodes = defineResource<CSINode>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  namespaced: false,
  schema: CSINode,
  rules: {
    unconditionalUpdate: false,
    revalidatesMetadata: true,
    sharedMetadataOnly: ['update'],
    defaults: defaultNode,
    validate: validateNode,
    validateUpdate: validateNodeUpdate,
  },
  table,
});
