import { jsonEqual } from '#base/json.ts';
import { builtInPriority, customPriority } from '#kinds/api-service/priorities.ts';
import type { APIService, APIServiceSpec } from '#kinds/api-service/schema.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';

/** Says who keeps an APIService: the server, at its start ("onstart") or always ("true"). */
export const managedLabel = 'kube-aggregator.kubernetes.io/automanaged';

type Manner = 'onstart' | 'true';

/** An APIService that there should be. */
export interface Wanted {
  readonly manner: Manner;
  readonly spec: APIServiceSpec;
}

/** What is done about one name. */
export type RegistrationStep = 'create' | 'delete' | 'keep' | 'update';

export interface RegistrationFacts {
  readonly wanted: Wanted | undefined;
  readonly stored: APIService | undefined;
  /** Whether this server has seen to the name before. */
  readonly settled: boolean;
  /** Whether the name was there when this server began. */
  readonly atStart: boolean;
}

/** The APIServices of what is served, by name: built-in groups are said once at the start, those that users define as long as they
 *  are. */
export function wantedServices(resources: readonly ResourceDefinition[]): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const { group, version, custom } of resources) {
    const name = `${version}.${group}`;
    const priority = custom === undefined ? builtInPriority(group, version) : customPriority;
    if (priority === undefined || wanted.has(name)) continue;
    const named = group === '' ? {} : { group };
    const spec = { ...named, version, groupPriorityMinimum: priority.group, versionPriority: priority.version };
    wanted.set(name, { manner: custom === undefined ? 'onstart' : 'true', spec });
  }
  return wanted;
}

/** Decides as upstream's registration of APIServices: those of others are left alone, and those of the start are seen to once. */
export function planRegistration({ wanted, stored, settled, atStart }: RegistrationFacts): RegistrationStep {
  if (stored === undefined && wanted === undefined) return 'keep';
  if (wanted?.manner === 'onstart' && settled) return 'keep';
  if (stored === undefined) return 'create';
  const manner = stored.metadata.labels?.[managedLabel];
  if (manner !== 'onstart' && manner !== 'true') return 'keep';
  if (manner === 'onstart' && (settled || !atStart)) return 'keep';
  if (wanted === undefined) return 'delete';
  return jsonEqual(stored.spec, wanted.spec) ? 'keep' : 'update';
}
