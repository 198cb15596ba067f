import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';

/** What an object says it is. */
export interface NamedKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Options and events that upstream registers in every version of every group. */
const kindsOfEveryVersion: readonly string[] = [
  'CreateOptions',
  'DeleteOptions',
  'GetOptions',
  'ListOptions',
  'PatchOptions',
  'UpdateOptions',
  'WatchEvent',
];

const kindsOfCore: readonly string[] = ['APIGroup', 'APIGroupList', 'APIResourceList', 'APIVersions', 'List', 'Status'];

/** Why an object of the kind `named` cannot be taken for an `expected` one, in upstream's words: a kind that it knows cannot be
 *  converted, any other is not registered (spec: api.md section 5). */
export function kindMismatch(
  resources: readonly ResourceDefinition[],
  named: NamedKind,
  expected: Pick<ResourceDefinition, 'group' | 'kind'>,
): string {
  const { apiVersion, kind } = named;
  if (!isRegistered(resources, named)) {
    return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`;
  }
  const internal = expected.group === '' ? 'core' : expected.group.split('.')[0];
  return `converting (${versionOf(apiVersion)}.${kind}) to (${internal}.${expected.kind}): unknown conversion`;
}

function isRegistered(resources: readonly ResourceDefinition[], { apiVersion, kind }: NamedKind): boolean {
  if (apiVersion === 'v1' && kindsOfCore.includes(kind)) return true;
  const ofVersion = resources.filter((resource) => apiVersionOf(resource) === apiVersion);
  if (ofVersion.length > 0 && kindsOfEveryVersion.includes(kind)) return true;
  return ofVersion.some((resource) => resource.kind === kind || `${resource.kind}List` === kind);
}

/** The version of "batch/v1" is "v1", as is that of "v1". */
export function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}
