import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mandatorySchemas, suggestedSchemas } from '#kinds/flow-schema/bootstrap.ts';
import { flowSchemas } from '#kinds/flow-schema/flow-schema.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import { mandatoryLevels, suggestedLevels } from '#kinds/priority-level-configuration/bootstrap.ts';
import { decoded, lines } from '#kinds/test-objects.ts';

const { validate, validateStatusUpdate, notes } = flowSchemas.rules;
const any = ['*'];
const user = { kind: 'User', user: { name: 'x' } };
const resourceRule = { verbs: any, apiGroups: any, resources: any, namespaces: any };
const rule = { subjects: [user], resourceRules: [resourceRule] };
const spec = { priorityLevelConfiguration: { name: 'system' }, matchingPrecedence: 50, rules: [rule] };

function findings(more: object, name = 'x'): readonly string[] {
  const object = decoded(flowSchemas, { metadata: { name }, spec: { ...spec, ...more } });
  return lines(validate?.(object) ?? []);
}

const at = 'spec.rules[0]';
const cases: readonly (readonly [what: string, more: object, errors: readonly string[]])[] = [
  ['a level and a rule', {}, []],
  [
    'no level and the rank of another',
    { priorityLevelConfiguration: { name: '' }, matchingPrecedence: 1 },
    [
      "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
      'spec.priorityLevelConfiguration.name: Required value: must reference a priority level',
    ],
  ],
  [
    'a negative rank',
    { matchingPrecedence: -1 },
    ['spec.matchingPrecedence: Invalid value: -1: must be a positive value'],
  ],
  [
    'too high a rank',
    { matchingPrecedence: 10_001 },
    ['spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000'],
  ],
  [
    'an unknown method',
    { distinguisherMethod: { type: 'ByShoe' } },
    ['spec.distinguisherMethod.type: Unsupported value: {"Type":"ByShoe"}: supported values: "ByNamespace", "ByUser"'],
  ],
  [
    'an empty rule',
    { rules: [{ subjects: [] }] },
    [
      `${at}.subjects: Required value: subjects must contain at least one value`,
      `${at}: Required value: at least one of resourceRules and nonResourceRules has to be non-empty`,
    ],
  ],
  [
    'subjects that say something else',
    {
      rules: [
        {
          ...rule,
          subjects: [
            { kind: 'Dog' },
            { kind: 'User', group: { name: 'g' } },
            { kind: 'Group', group: { name: '' } },
            { kind: 'ServiceAccount', serviceAccount: { name: 'A', namespace: '' } },
            { kind: 'ServiceAccount', serviceAccount: { name: '', namespace: 'ns' }, user: { name: 'u' } },
          ],
        },
      ],
    },
    [
      `${at}.subjects[0].kind: Unsupported value: "Dog": supported values: "Group", "ServiceAccount", "User"`,
      `${at}.subjects[1].user: Required value: user is required when subject kind is 'User'`,
      `${at}.subjects[1].group: Forbidden: group is forbidden when subject kind is not 'Group'`,
      `${at}.subjects[2].group.name: Required value`,
      `${at}.subjects[3].serviceAccount.name: Invalid value: "A": ${subdomainProblems('A')[0]}`,
      `${at}.subjects[3].serviceAccount.namespace: Required value: must specify namespace for service account`,
      `${at}.subjects[4].serviceAccount.name: Required value`,
      `${at}.subjects[4].user: Forbidden: user is forbidden when subject kind is not 'User'`,
    ],
  ],
  [
    'a rule for too many resources',
    {
      rules: [
        { ...rule, resourceRules: [{ verbs: ['*', 'get'], apiGroups: ['*', 'a'], resources: [], namespaces: [] }] },
      ],
    },
    [
      `${at}.resourceRules[0].verbs: Invalid value: ["*","get"]: if '*' is present, must not specify other verbs`,
      `${at}.resourceRules[0].apiGroups: Invalid value: ["*","a"]: if '*' is present, must not specify other api groups`,
      `${at}.resourceRules[0].resources: Required value: resource rules must supply at least one resource`,
      `${at}.resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace`,
    ],
  ],
  [
    'a rule for what has no namespace',
    { rules: [{ ...rule, resourceRules: [{ ...resourceRule, namespaces: [], clusterScope: true }] }] },
    [],
  ],
  [
    'paths that are none',
    {
      rules: [
        {
          subjects: [user],
          nonResourceRules: [
            { verbs: ['feed'], nonResourceURLs: ['', 'a', '/a b', '//', '/a/*/b', '/', '/a/*', '/a*'] },
            { verbs: any, nonResourceURLs: ['*', '/'] },
          ],
        },
      ],
    },
    [
      `${at}.nonResourceRules[0].verbs: Unsupported value: ["feed"]: supported values: "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"`,
      `${at}.nonResourceRules[0].nonResourceURLs[0]: Invalid value: "": must not be empty`,
      `${at}.nonResourceRules[0].nonResourceURLs[1]: Invalid value: "a": must start with slash`,
      `${at}.nonResourceRules[0].nonResourceURLs[2]: Invalid value: "/a b": must not contain white-space`,
      `${at}.nonResourceRules[0].nonResourceURLs[3]: Invalid value: "//": must not contain double slash`,
      `${at}.nonResourceRules[0].nonResourceURLs[4]: Invalid value: "/a/*/b": wildcard can only do suffix matching`,
      `${at}.nonResourceRules[0].nonResourceURLs[7]: Invalid value: "/a*": wildcard can only do suffix matching`,
      `${at}.nonResourceRules[1].nonResourceURLs: Invalid value: ["*","/"]: if '*' is present, must not specify other non-resource URLs`,
    ],
  ],
];

for (const [what, more, errors] of cases) {
  test(`a schema with ${what}`, () => assert.deepEqual(findings(more), errors));
}

test('the schemas that every cluster has are good, and name levels that every cluster has', () => {
  const all = [...mandatorySchemas, ...suggestedSchemas];
  assert.equal(all.length, 11);
  for (const one of all) {
    const object = decoded(flowSchemas, { metadata: { name: one.name }, spec: one.spec });
    assert.deepEqual(lines(validate?.(object) ?? []), []);
    assert.deepEqual(object.spec, one.spec);
  }
  const levels = new Set([...mandatoryLevels, ...suggestedLevels].map(({ name }) => name));
  assert.ok(all.every(({ spec: own }) => levels.has(own.priorityLevelConfiguration.name)));
});

test('those that are always the same refuse another spec', () => {
  const [finding] = findings({}, 'catch-all');
  assert.match(
    finding ?? '',
    /^spec: Invalid value: \{"PriorityLevelConfiguration":.*: spec of 'catch-all' must equal/,
  );
  assert.match(
    finding ?? '',
    /"DistinguisherMethod":null,.*"ServiceAccount":null.*"APIGroups":\["\*"\].*"NonResourceRules":null/,
  );
});

test('the rank is 1000 unless given, and rows are in the order of the ranks', () => {
  const of = (name: string, matchingPrecedence: number) =>
    decoded(flowSchemas, { metadata: { name }, spec: { ...spec, matchingPrecedence } });
  const all = [of('c', 0), of('b', 7), of('a', 7)];
  assert.deepEqual(
    all.toSorted(flowSchemas.table.order).map(({ metadata, spec: own }) => [metadata.name, own.matchingPrecedence]),
    [
      ['a', 7],
      ['b', 7],
      ['c', 1000],
    ],
  );
});

test('conditions are told apart by their types, and people hear that nothing comes of a schema', () => {
  const conditions = [{ type: 'A' }, { type: 'A' }, {}];
  const object = decoded(flowSchemas, { spec, status: { conditions } });
  assert.deepEqual(lines(validateStatusUpdate?.(object, object) ?? []), [
    'status.conditions[1].type: Duplicate value: "A"',
    'status.conditions[2].type: Required value',
  ]);
  assert.equal(notes?.(object, undefined).length, 1);
});
