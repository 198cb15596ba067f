import { prepareRequestApproval } from '#kinds/certificate-signing-request/prepare.ts';
import type { CertificateSigningRequest } from '#kinds/certificate-signing-request/schema.ts';
import { validateRequestApproval } from '#kinds/certificate-signing-request/validate.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { validateMetadataUpdate } from '#kinds/meta/validate-metadata.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { validatePodResize } from '#kinds/pod/validate/resize.ts';
import { validateEphemeralContainersUpdate } from '#kinds/pod/validate/update.ts';
import type { Draft } from '#schema/type.ts';
import { topLevel, unownedFields } from './managed-fields.ts';
import { countGeneration } from './metadata.ts';
import type { UpdatePath } from './update.ts';

type Open = { [field: string]: unknown };

/** The resource itself: everything but the status (spec: api.md section 7.4). */
export function mainPath(resource: ResourceDefinition): UpdatePath {
  const { rules } = resource;
  return {
    ignored: unownedFields(rules.hasStatus ? ['status'] : [], rules.unowned?.main),
    restored: rules.hasStatus ? ['status'] : [],
    prepare: (draft, current, context) => {
      if (rules.hasStatus) (draft as unknown as Open).status = (current as unknown as Open).status;
      rules.prepareUpdate?.(draft, current, context);
      if (rules.managesGeneration) countGeneration(draft, current);
    },
    findings: (object, current) => [
      ...validateMetadataUpdate(resource, object.metadata, current.metadata, 'object'),
      ...(rules.validateUpdate?.(object, current) ?? []),
    ],
  };
}

/** `/status`: the status and what metadata the kind lets through. */
export function statusPath(resource: ResourceDefinition): UpdatePath {
  const { rules } = resource;
  const others = Object.keys(resource.schema.fields).filter((field) => field !== 'metadata' && field !== 'status');
  return {
    ignored: unownedFields(others, rules.unowned?.status),
    restored: others,
    prepare: (draft, current, context) => {
      keepAllBut(draft, current, ['metadata', 'status']);
      rules.prepareStatusUpdate?.(draft, current, context);
    },
    findings: (object, current) => [
      ...validateMetadataUpdate(resource, object.metadata, current.metadata, 'status'),
      ...(rules.validateStatusUpdate?.(object, current) ?? []),
    ],
  };
}

/** `/finalize` of a namespace: metadata and the spec's finalizers (spec: api.md section 15). */
export function finalizePath(resource: ResourceDefinition): UpdatePath {
  return {
    ignored: topLevel(['status']),
    restored: [],
    prepare: (draft, current) => keepAllBut(draft, current, ['metadata', 'spec']),
    findings: (object, current) => validateMetadataUpdate(resource, object.metadata, current.metadata, 'status'),
  };
}

/** `/approval` of a request for a certificate: metadata and the conditions. */
export function approvalPath(resource: ResourceDefinition): UpdatePath {
  return {
    ignored: unownedFields([], resource.rules.unowned?.approval),
    restored: ['spec'],
    prepare: (draft, current, context) => {
      keepAllBut(draft, current, ['metadata', 'status']);
      prepareRequestApproval(
        draft as unknown as Draft<CertificateSigningRequest>,
        current as CertificateSigningRequest,
        context,
      );
    },
    findings: (object, current) => [
      ...validateMetadataUpdate(resource, object.metadata, current.metadata, 'status'),
      ...validateRequestApproval(object as CertificateSigningRequest, current as CertificateSigningRequest),
    ],
  };
}

/** `/ephemeralcontainers` of a pod: that one list of its spec (spec: api.md section 19.1). */
export function ephemeralPath(resource: ResourceDefinition): UpdatePath {
  return {
    ignored: topLevel(['status']),
    restored: [],
    prepare: (draft, current) => {
      const { ephemeralContainers } = (draft as unknown as Draft<Pod>).spec;
      const { managedFields } = draft.metadata;
      keepAllBut(draft, current, []);
      const { ephemeralContainers: _old, ...spec } = (current as Pod).spec;
      const open = draft as unknown as Open;
      open.spec = ephemeralContainers === undefined ? spec : { ...spec, ephemeralContainers };
      open.metadata = { ...current.metadata, managedFields };
      countGeneration(draft, current);
    },
    findings: (object, current) => [
      ...validateMetadataUpdate(resource, object.metadata, current.metadata, 'status'),
      ...validateEphemeralContainersUpdate(object as Pod, current as Pod),
    ],
  };
}

/** `/resize` of a pod: what its containers and sidecars ask for and may use (spec: api.md section 19.1). */
export function resizePath(resource: ResourceDefinition): UpdatePath {
  return {
    ignored: topLevel(['status']),
    restored: [],
    prepare: (draft, current) => {
      const { containers, initContainers = [] } = (draft as unknown as Draft<Pod>).spec;
      const { managedFields } = draft.metadata;
      keepAllBut(draft, current, []);
      const old = (current as Pod).spec;
      const open = draft as unknown as Open;
      open.spec = {
        ...old,
        containers: resized(old.containers, containers),
        ...(old.initContainers === undefined
          ? {}
          : { initContainers: resized(old.initContainers, initContainers.filter(isSidecar)) }),
      };
      open.metadata = { ...current.metadata, managedFields };
      countGeneration(draft, current);
    },
    findings: (object, current) => [
      ...validateMetadataUpdate(resource, object.metadata, current.metadata, 'status'),
      ...validatePodResize(object as Pod, current as Pod),
    ],
  };
}

type Sized = Pod['spec']['containers'][number];

function isSidecar({ restartPolicy }: { readonly restartPolicy?: string }): boolean {
  return restartPolicy === 'Always';
}

/** The stored containers with the sizes wanted for those of their names. */
function resized(stored: readonly Sized[], wanted: readonly unknown[]): readonly Sized[] {
  return stored.map((container) => {
    const asked = (wanted as readonly Sized[]).find(({ name }) => name === container.name);
    if (asked === undefined) return container;
    const { resources, resizePolicy } = asked;
    return { ...container, resources, ...(resizePolicy === undefined ? {} : { resizePolicy }) };
  });
}

/** Gives `draft` the stored values of all fields but those named. */
function keepAllBut(draft: Draft<KubeObject>, current: KubeObject, fields: readonly string[]): void {
  const open = draft as unknown as Open;
  for (const field of Object.keys(open)) if (!fields.includes(field)) delete open[field];
  for (const [field, value] of Object.entries(current)) if (!fields.includes(field)) open[field] = value;
}
