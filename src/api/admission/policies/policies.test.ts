import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLocalClient } from '#api/local-client.ts';
import { Harness, namespace, refusal } from '#api/test-harness.ts';
import {
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
} from '#kinds/admission-policy/admission-policies.ts';
import type {
  ValidatingAdmissionPolicyBindingSpec,
  ValidatingAdmissionPolicySpec,
} from '#kinds/admission-policy/schema.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { events } from '#kinds/event/event.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { clusterRoleBindings, roleBindings } from '#kinds/rbac/bindings.ts';
import { clusterRoles, roles } from '#kinds/rbac/roles.ts';

const onConfigMaps = {
  resourceRules: [
    { operations: ['CREATE', 'UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] },
  ],
};

interface Given {
  readonly policy?: Partial<ValidatingAdmissionPolicySpec>;
  readonly binding?: Partial<ValidatingAdmissionPolicyBindingSpec>;
  readonly harness?: Harness;
}

/** An API where the policy "small" holds: what has a key "big" is refused, unless said otherwise. */
async function started({ policy = {}, binding = {}, harness }: Given = {}): Promise<Harness> {
  const made = harness ?? (await Harness.start());
  await made.client.create(validatingAdmissionPolicies, {
    metadata: { name: 'small' },
    spec: {
      matchConstraints: onConfigMaps,
      validations: [{ expression: "!has(object.data) || !('big' in object.data)" }],
      ...policy,
    },
  });
  await made.client.create(validatingAdmissionPolicyBindings, {
    metadata: { name: 'here' },
    spec: { policyName: 'small', validationActions: ['Deny'], ...binding },
  });
  return made;
}

const big = { big: 'yes' };

async function denial(harness: Harness, name = 'c', data = big, metadata = {}): Promise<string> {
  return (await refusal(harness.configMap(name, data, metadata))).message;
}

const denied = (why: string, name = 'c'): string =>
  `configmaps "${name}" is forbidden: ValidatingAdmissionPolicy 'small' with binding 'here' denied request: ${why}`;

test('what a bound policy forbids is refused, at once and after a restart; what it allows passes', async () => {
  const harness = await started();
  const why = `failed expression: !has(object.data) || !('big' in object.data)`;
  const error = await refusal(harness.configMap('c', big));
  assert.equal(error.code, 422);
  assert.equal(error.reason, 'Invalid');
  assert.equal(error.message, denied(why));
  const message = error.message.replace(/^.*? is forbidden: /, '');
  assert.deepEqual(error.details, { name: 'c', kind: 'configmaps', causes: [{ message }] });
  await harness.configMap('c', { small: 'yes' });
  const patch = { type: 'merge', body: { data: big } } as const;
  assert.equal((await refusal(harness.client.patch(configMaps, { namespace, name: 'c' }, patch))).message, denied(why));
  const again = await Harness.start({ store: harness.store });
  assert.equal(await denial(again, 'd'), denied(why, 'd'));
  await again.client.delete(validatingAdmissionPolicyBindings, { name: 'here' });
  await again.configMap('d', big);
});

test('a policy says why: in a text, in one that is made, and with a reason that has a code', async () => {
  const expression = 'false';
  const validation = { expression, message: ' no ', reason: 'Forbidden' };
  const messages: readonly (readonly [string | undefined, string])[] = [
    [undefined, 'no'],
    [
      "'made for ' + object.metadata.name + request.namespace + namespaceObject.metadata.name",
      'made for cdefaultdefault',
    ],
    ["object.none + ''", 'no'],
    ["'two\\nlines'", 'no'],
    ["' '", 'no'],
  ];
  for (const [messageExpression, text] of messages) {
    const harness = await started({
      policy: { validations: [{ ...validation, ...(messageExpression === undefined ? {} : { messageExpression }) }] },
    });
    const error = await refusal(harness.configMap('c', big));
    assert.equal(error.message, denied(text));
    assert.deepEqual([error.code, error.reason], [403, 'Forbidden']);
  }
});

test('bindings say what becomes of a breach', async () => {
  const warned = await started({ binding: { validationActions: ['Warn', 'Audit'] } });
  const { api, context } = warned;
  const notes: [string, string][] = [];
  const audit = { annotate: (key: string, value: string) => void notes.push([key, value]) };
  const target = warned.target(configMaps);
  const asked = { dryRun: false, fieldManager: undefined, fieldValidation: 'Ignore' } as const;
  const body = { metadata: { name: 'c' }, data: big };
  await api.create({ ...context, audit }, target, body, asked);
  const why = `failed expression: !has(object.data) || !('big' in object.data)`;
  assert.deepEqual(warned.warnings, [
    `Validation failed for ValidatingAdmissionPolicy 'small' with binding 'here': ${why}`,
  ]);
  const noted = {
    message: why,
    policy: 'small',
    binding: 'here',
    expressionIndex: 0,
    validationActions: ['Warn', 'Audit'],
  };
  assert.deepEqual(notes, [['validation.policy.admission.k8s.io/validation_failure', JSON.stringify([noted])]]);
});

test('policies note in the audit log what their expressions make', async () => {
  const auditAnnotations = [
    { key: 'name', valueExpression: "'of ' + object.metadata.name" },
    { key: 'nothing', valueExpression: 'null' },
  ];
  const harness = await started({ policy: { validations: [], auditAnnotations } });
  const notes: [string, string][] = [];
  const audit = { annotate: (key: string, value: string) => void notes.push([key, value]) };
  const asked = { dryRun: false, fieldManager: undefined, fieldValidation: 'Ignore' } as const;
  await harness.api.create(
    { ...harness.context, audit },
    harness.target(configMaps),
    { metadata: { name: 'c' }, data: big },
    asked,
  );
  assert.deepEqual(notes, [['small/name', 'of c']]);
});

test('what cannot be answered is refused or passes, as the policy says', async () => {
  const validations = [{ expression: "object.none == 'x'" }];
  const failing = await started({ policy: { validations } });
  assert.equal(await denial(failing), denied(`expression 'object.none == 'x'' resulted in error: no such key: none`));
  const ignoring = await started({ policy: { validations, failurePolicy: 'Ignore' } });
  await ignoring.configMap('c', big);
});

test('a policy is held for what its rules, selectors and conditions are about', async () => {
  const never = { validations: [{ expression: 'false', message: 'no' }] };
  const labels = { guarded: 'yes' };
  const selector = { matchLabels: labels };
  const passing: readonly Given[] = [
    { policy: { ...never, matchConstraints: { ...onConfigMaps, objectSelector: selector } } },
    { policy: { ...never, matchConstraints: { ...onConfigMaps, namespaceSelector: selector } } },
    { policy: { ...never, matchConstraints: { ...onConfigMaps, excludeResourceRules: onConfigMaps.resourceRules } } },
    { policy: { ...never, matchConditions: [{ name: 'a', expression: "request.operation == 'UPDATE'" }] } },
    {
      policy: {
        ...never,
        matchConstraints: {
          resourceRules: onConfigMaps.resourceRules.map((rule) => ({ ...rule, resourceNames: ['x'] })),
        },
      },
    },
    { policy: never, binding: { matchResources: { namespaceSelector: selector } } },
    { policy: never, binding: { policyName: 'other' } },
  ];
  for (const given of passing) await (await started(given)).configMap('c', big);
  const byObject = await started(passing[0]);
  assert.equal(await denial(byObject, 'c', big, { labels }), denied('no'));
  const byNamespace = await started(passing[1]);
  const patch = { type: 'merge', body: { metadata: { labels } } } as const;
  await byNamespace.client.patch(namespaces, { name: namespace }, patch);
  assert.equal(await denial(byNamespace), denied('no'));
  const named = await started(passing[4]);
  assert.equal(await denial(named, 'x'), denied('no', 'x'));
});

test('rules of one version of a resource are about the others too, in that version, unless they say otherwise', async () => {
  const resourceRules = [
    { operations: ['CREATE'], apiGroups: ['events.k8s.io'], apiVersions: ['v1'], resources: ['events'] },
  ];
  const validations = [
    {
      expression: 'false',
      messageExpression: "object.apiVersion + ' ' + object.note + ' ' + request.requestKind.group + request.kind.group",
    },
  ];
  const event = {
    metadata: { name: 'e', namespace },
    involvedObject: { kind: 'Pod', namespace, name: 'p' },
    message: 'hello',
    reason: 'Test',
    type: 'Normal',
  };
  const equivalent = await started({ policy: { matchConstraints: { resourceRules }, validations } });
  const error = await refusal(equivalent.client.create(events, event as never));
  assert.match(error.message, /denied request: events\.k8s\.io\/v1 hello events\.k8s\.io$/);
  const exact = await started({ policy: { matchConstraints: { resourceRules, matchPolicy: 'Exact' }, validations } });
  await exact.client.create(events, event as never);
});

test('variables and parameters are there for expressions', async () => {
  const policy: Partial<ValidatingAdmissionPolicySpec> = {
    paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
    variables: [
      { name: 'max', expression: 'int(params.data.max)' },
      { name: 'double', expression: 'variables.max * 2' },
    ],
    matchConditions: [{ name: 'others', expression: "object.metadata.name.startsWith('c')" }],
    validations: [
      {
        expression: 'size(object.data) <= variables.double',
        messageExpression: "'at most ' + string(variables.double)",
      },
    ],
  };
  const paramRef = { name: 'limits', parameterNotFoundAction: 'Deny' } as const;
  const harness = await started({ policy, binding: { paramRef } });
  const missing = 'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction';
  assert.equal(await denial(harness), denied(missing));
  const allowing = await started({ policy, binding: { paramRef: { ...paramRef, parameterNotFoundAction: 'Allow' } } });
  await allowing.configMap('c', big);
  const bySelector = await started({
    policy,
    binding: { paramRef: { selector: { matchLabels: { limits: 'yes' } }, parameterNotFoundAction: 'Allow' } },
  });
  await bySelector.configMap('c', { a: '', b: '', d: '' });
  await bySelector.client.delete(validatingAdmissionPolicyBindings, { name: 'here' });
  await bySelector.configMap('limits', { max: '1' }, { labels: { limits: 'yes' } });
  await bySelector.client.create(validatingAdmissionPolicyBindings, {
    metadata: { name: 'here' },
    spec: {
      policyName: 'small',
      validationActions: ['Deny'],
      paramRef: { selector: { matchLabels: { limits: 'yes' } }, parameterNotFoundAction: 'Allow' },
    },
  });
  await bySelector.configMap('c2', { a: '', b: '' });
  assert.equal((await refusal(bySelector.configMap('c3', { a: '', b: '', d: '' }))).message, denied('at most 2', 'c3'));
});

test('parameters of a kind that nobody serves refuse what the policy is about', async () => {
  const harness = await started({ policy: { paramKind: { apiVersion: 'example.com/v1', kind: 'Limits' } } });
  const why =
    "failed to configure policy: failed to find resource referenced by paramKind: 'example.com/v1, Kind=Limits'";
  const message = `configmaps "c" is forbidden: ValidatingAdmissionPolicy 'small' denied request: ${why}`;
  assert.equal(await denial(harness), message);
});

test('policies may ask what the sender may do', async () => {
  const validations = [
    {
      expression: "authorizer.group('').resource('secrets').namespace(request.namespace).check('delete').allowed()",
      message: 'you may not delete secrets',
    },
    {
      expression: "!authorizer.serviceAccount('default', 'bot').path('/metrics').check('get').allowed()",
      message: 'bot',
    },
  ];
  const harness = await started({ policy: { validations } });
  await harness.configMap('c', big);
  const rbac = { apiGroup: 'rbac.authorization.k8s.io' };
  const writer = { metadata: { name: 'writer', namespace } };
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['create'] }];
  await harness.client.create(roles, { ...writer, rules });
  await harness.client.create(roleBindings, {
    ...writer,
    roleRef: { ...rbac, kind: 'Role', name: 'writer' },
    subjects: [{ ...rbac, kind: 'User', name: 'weak' }],
  });
  const weak = createLocalClient(harness.api, { name: 'weak', groups: [] }, 'test');
  const error = await refusal(weak.create(configMaps, { metadata: { name: 'd', namespace }, data: {} }));
  assert.equal(error.message, denied('you may not delete secrets', 'd'));
});

test('policies are held neither for policies nor for webhooks', async () => {
  const everything = { operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] };
  const harness = await started({
    policy: { matchConstraints: { resourceRules: [everything] }, validations: [{ expression: 'false' }] },
  });
  assert.match(await denial(harness), /failed expression: false$/);
  await harness.client.delete(validatingAdmissionPolicyBindings, { name: 'here' });
  await harness.configMap('c', big);
});

test('a delete has an old object alone', async () => {
  const resourceRules = onConfigMaps.resourceRules.map((rule) => ({ ...rule, operations: ['DELETE'] }));
  const validations = [{ expression: "object != null || oldObject.metadata.name != 'keep'", message: 'kept' }];
  const harness = await started({ policy: { matchConstraints: { resourceRules }, validations } });
  await harness.configMap('keep', big);
  await harness.configMap('c', big);
  await harness.client.delete(configMaps, { namespace, name: 'c' });
  const error = await refusal(harness.client.delete(configMaps, { namespace, name: 'keep' }));
  assert.equal(error.message, denied('kept', 'keep'));
});

test('who names parameters must be allowed to read them', async () => {
  const harness = await Harness.start();
  const rbac = { apiGroup: 'rbac.authorization.k8s.io' };
  const writer = { metadata: { name: 'writer' } };
  const resources = ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'];
  const rules = [{ apiGroups: ['admissionregistration.k8s.io'], resources, verbs: ['*'] }];
  await harness.client.create(clusterRoles, { ...writer, rules });
  await harness.client.create(clusterRoleBindings, {
    ...writer,
    roleRef: { ...rbac, kind: 'ClusterRole', name: 'writer' },
    subjects: [{ ...rbac, kind: 'User', name: 'ann' }],
  });
  const ann = createLocalClient(harness.api, { name: 'ann', groups: ['devs'] }, 'test');
  const paramKind = { apiVersion: 'v1', kind: 'Secret' };
  const spec = { matchConstraints: onConfigMaps, validations: [{ expression: 'params != null' }], paramKind };
  const policy = { metadata: { name: 'p' }, spec };
  const error = await refusal(ann.create(validatingAdmissionPolicies, policy));
  const shown = 'user &{ann  [devs] map[]}';
  assert.equal(
    error.message,
    `ValidatingAdmissionPolicy.admissionregistration.k8s.io "p" is invalid: spec.paramKind: Forbidden: ${shown} must have "get" permission on all objects of the referenced paramKind (kind=Secret, apiVersion=v1)`,
  );
  await harness.client.create(validatingAdmissionPolicies, policy);
  const labels = { type: 'merge', body: { metadata: { labels: { a: 'b' } } } } as const;
  await ann.patch(validatingAdmissionPolicies, { name: 'p' }, labels);
  const bound = (policyName: string) => ({
    metadata: { name: 'b' },
    spec: {
      policyName,
      validationActions: ['Deny'],
      paramRef: { name: 's', namespace, parameterNotFoundAction: 'Deny' },
    },
  });
  const refused = async (policyName: string): Promise<string> =>
    (await refusal(ann.create(validatingAdmissionPolicyBindings, bound(policyName)))).message;
  assert.match(await refused('p'), /spec\.paramRef: Forbidden: user .* does not have "get" permission on the object/);
  assert.match(
    await refused('q'),
    /unable to get policy q to determine minimum required permissions and user .* for all groups/,
  );
  const reader = { metadata: { name: 'reader', namespace } };
  const reading = [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['s'], verbs: ['get'] }];
  await harness.client.create(roles, { ...reader, rules: reading });
  await harness.client.create(roleBindings, {
    ...reader,
    roleRef: { ...rbac, kind: 'Role', name: 'reader' },
    subjects: [{ ...rbac, kind: 'User', name: 'ann' }],
  });
  await ann.create(validatingAdmissionPolicyBindings, bound('p'));
});
