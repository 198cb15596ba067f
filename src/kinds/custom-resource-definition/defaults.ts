import type { CustomResourceDefinition } from '#kinds/custom-resource-definition/schema.ts';
import type { Draft } from '#schema/type.ts';

/** The names that follow from the kind, and that nobody converts (spec: api.md section 21). */
export function defaultCustomResourceDefinition({ spec, status }: Draft<CustomResourceDefinition>): void {
  const { names } = spec;
  names.singular ??= names.kind.toLowerCase();
  if (names.kind !== '') names.listKind ??= `${names.kind}List`;
  spec.conversion ??= { strategy: 'None' };
  const service = spec.conversion.webhook?.clientConfig?.service;
  if (service !== undefined) service.port ??= 443;
  if (status.storedVersions.length === 0) noteStoredVersion({ spec, status });
  showConditions(status);
}

/** As long as nothing is known, conditions are null on the wire, though typed as a list. */
export function showConditions(status: Draft<CustomResourceDefinition>['status']): void {
  const open: { conditions: unknown } = status;
  if (status.conditions?.length === 0) open.conditions = null;
}

/** The version that objects are stored in from now on stands among those they may be stored in. */
export function noteStoredVersion({ spec, status }: Pick<Draft<CustomResourceDefinition>, 'spec' | 'status'>): void {
  const storage = spec.versions.find((version) => version.storage);
  if (storage === undefined || status.storedVersions.includes(storage.name)) return;
  status.storedVersions = [...status.storedVersions, storage.name];
}
