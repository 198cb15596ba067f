import type {
  FlowSchemaSpec,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from '#kinds/flow-schema/schema.ts';

/** A schema that every cluster has from the start. */
export interface InitialSchema {
  readonly name: string;
  readonly spec: FlowSchemaSpec;
}

const any = ['*'];
const everyResource: ResourcePolicyRule = {
  verbs: any,
  apiGroups: any,
  resources: any,
  clusterScope: true,
  namespaces: any,
};
const everyPath: NonResourcePolicyRule = { verbs: any, nonResourceURLs: any };
const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'], namespaces: any };
const everybody = groups('system:unauthenticated', 'system:authenticated');
const nodes = groups('system:nodes');
const systemAccounts: readonly Subject[] = [
  { kind: 'ServiceAccount', serviceAccount: { namespace: 'kube-system', name: '*' } },
];

/** Those that are always as they are here (flowcontrol.apiserver.k8s.io/v1, bootstrap). */
export const mandatorySchemas: readonly InitialSchema[] = [
  schema('exempt', 'exempt', 1, undefined, everythingOf(groups('system:masters'))),
  schema('catch-all', 'catch-all', 10_000, 'ByUser', everythingOf(everybody)),
];

/** Those that their users may change. */
export const suggestedSchemas: readonly InitialSchema[] = [
  schema('system-nodes', 'system', 500, 'ByUser', everythingOf(nodes)),
  schema('system-node-high', 'node-high', 400, 'ByUser', {
    subjects: nodes,
    resourceRules: [
      { verbs: any, apiGroups: [''], resources: ['nodes', 'nodes/status'], clusterScope: true, namespaces: any },
      { verbs: any, ...leases },
    ],
  }),
  schema('probes', 'exempt', 2, undefined, {
    subjects: everybody,
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
  }),
  schema('system-leader-election', 'leader-election', 100, 'ByUser', {
    subjects: [...users('system:kube-controller-manager', 'system:kube-scheduler'), ...systemAccounts],
    resourceRules: [{ verbs: ['get', 'create', 'update'], ...leases }],
  }),
  ofProgram('kube-controller-manager'),
  ofProgram('kube-scheduler'),
  schema('kube-system-service-accounts', 'workload-high', 900, 'ByNamespace', everythingOf(systemAccounts)),
  schema('service-accounts', 'workload-low', 9_000, 'ByUser', everythingOf(groups('system:serviceaccounts'))),
  schema('global-default', 'global-default', 9_900, 'ByUser', everythingOf(everybody)),
];

function ofProgram(name: string): InitialSchema {
  return schema(name, 'workload-high', 800, 'ByNamespace', everythingOf(users(`system:${name}`)));
}

function schema(
  name: string,
  level: string,
  matchingPrecedence: number,
  flowsBy: 'ByUser' | 'ByNamespace' | undefined,
  rule: PolicyRulesWithSubjects,
): InitialSchema {
  const distinguisher = flowsBy === undefined ? {} : { distinguisherMethod: { type: flowsBy } };
  const spec = { priorityLevelConfiguration: { name: level }, matchingPrecedence, ...distinguisher, rules: [rule] };
  return { name, spec };
}

function everythingOf(subjects: readonly Subject[]): PolicyRulesWithSubjects {
  return { subjects, resourceRules: [everyResource], nonResourceRules: [everyPath] };
}

function groups(...names: readonly string[]): readonly Subject[] {
  return names.map((name) => ({ kind: 'Group', group: { name } }));
}

function users(...names: readonly string[]): readonly Subject[] {
  return names.map((name) => ({ kind: 'User', user: { name } }));
}
