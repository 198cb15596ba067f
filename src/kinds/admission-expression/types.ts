import {
  boolType,
  type CelTypeOf,
  dynType,
  intType,
  listType,
  mapType,
  objectType,
  parseType,
  stringType,
  timestampType,
} from '#kinds/cel/types.ts';

/** What expressions about a request may speak of beside the objects and the request. */
export interface Surroundings {
  /** Whether there are parameters. */
  readonly params: boolean;
  /** Whether they may ask what somebody may do. */
  readonly authorizer: boolean;
  /** The types of variables that the writer has named. */
  readonly variables?: ReadonlyMap<string, CelTypeOf>;
  /** What is known of the objects and the parameters; they may be anything unless given. */
  readonly objectType?: CelTypeOf;
  readonly paramsType?: CelTypeOf;
}

function named(name: string, fields: { readonly [field: string]: CelTypeOf }): CelTypeOf {
  return { ...objectType(new Map(Object.entries(fields))), name };
}

function texts(...fields: readonly string[]): { readonly [field: string]: CelTypeOf } {
  return Object.fromEntries(fields.map((field) => [field, stringType]));
}

const stringList = listType(stringType);
const stringMap = mapType(stringType, stringType);
const kindType = named('kubernetes.GroupVersionKind', texts('group', 'version', 'kind'));
const resourceType = named('kubernetes.GroupVersionResource', texts('group', 'version', 'resource'));

const requestType = named('kubernetes.AdmissionRequest', {
  ...texts('subResource', 'requestSubResource', 'name', 'namespace', 'operation'),
  kind: kindType,
  resource: resourceType,
  requestKind: kindType,
  requestResource: resourceType,
  userInfo: named('kubernetes.UserInfo', {
    ...texts('username', 'uid'),
    groups: stringList,
    extra: mapType(stringType, stringList),
  }),
  dryRun: boolType,
  options: dynType,
});

const namespaceType = named('kubernetes.Namespace', {
  metadata: named('kubernetes.NamespaceMetadata', {
    ...texts('name', 'generateName', 'namespace', 'UID', 'resourceVersion'),
    labels: stringMap,
    annotations: stringMap,
    creationTimestamp: timestampType,
    deletionGracePeriodSeconds: intType,
    deletionTimestamp: timestampType,
    generation: intType,
    finalizers: stringList,
  }),
  spec: named('kubernetes.NamespaceSpec', { finalizers: stringList }),
  status: named('kubernetes.NamespaceStatus', {
    ...texts('phase'),
    conditions: listType(
      named('kubernetes.NamespaceCondition', {
        ...texts('status', 'type', 'message', 'reason'),
        lastTransitionTime: timestampType,
      }),
    ),
  }),
});

/** The names that expressions about a request may use, with their types. Objects may be of any kind. */
export function namesOf(around: Surroundings): ReadonlyMap<string, CelTypeOf> {
  const names = new Map([
    ['object', around.objectType ?? dynType],
    ['oldObject', around.objectType ?? dynType],
    ['namespaceObject', namespaceType],
    ['request', requestType],
  ]);
  if (around.params) names.set('params', around.paramsType ?? dynType);
  if (around.authorizer) {
    names.set('authorizer', parseType('kubernetes.authorization.Authorizer'));
    names.set('authorizer.requestResource', parseType('kubernetes.authorization.ResourceCheck'));
  }
  if (around.variables !== undefined) {
    names.set('variables', { ...objectType(around.variables), name: 'kubernetes.variables' });
  }
  return names;
}
