import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  validatingAdmissionPolicyBindings as bindings,
  validatingAdmissionPolicies as policies,
} from '#kinds/admission-policy/admission-policies.ts';
import type { ValidatingAdmissionPolicy } from '#kinds/admission-policy/schema.ts';
import { decoded, lines } from '#kinds/test-objects.ts';

const rule = { operations: ['CREATE'], apiGroups: ['a'], apiVersions: ['v1'], resources: ['a'] };
const good = { matchConstraints: { resourceRules: [rule] }, validations: [{ expression: 'object.x < 100' }] };
const params = { paramKind: { apiVersion: 'rules.example.com/v1', kind: 'Limit' } };

const policy = (spec: object, metadata: object = {}): ValidatingAdmissionPolicy =>
  decoded(policies, { metadata, spec: { ...good, ...spec } });
const found = (spec: object, metadata: object = {}): readonly string[] =>
  lines(policies.rules.validate?.(policy(spec, metadata)) ?? []);
const foundInBinding = (spec: object): readonly string[] => {
  const all = { policyName: 'small', validationActions: ['Deny'], ...spec };
  return lines(bindings.rules.validate?.(decoded(bindings, { spec: all })) ?? []);
};
const foundInRule = (more: object): readonly string[] =>
  found({ matchConstraints: { resourceRules: [{ ...rule, ...more }] } });

test('what is left out is filled in', () => {
  const match = { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} };
  const { spec } = policy({});
  const resourceRules = [{ ...rule, scope: '*' }];
  assert.deepEqual(spec, { ...good, failurePolicy: 'Fail', matchConstraints: { ...match, resourceRules } });
  const bound = decoded(bindings, { spec: { matchResources: { excludeResourceRules: [rule] } } });
  assert.deepEqual(bound.spec, { matchResources: { ...match, excludeResourceRules: resourceRules } });
});

test('a policy says which requests it is about, and what must hold for them', () => {
  assert.deepEqual(found({}), []);
  assert.deepEqual(found({ matchConstraints: undefined }), ['spec.matchConstraints: Required value']);
  assert.deepEqual(found({ matchConstraints: {} }), ['spec.matchConstraints.resourceRules: Required value']);
  assert.deepEqual(found({ validations: [] }), [
    'spec.validations: Required value: validations or auditAnnotations must contain at least one item',
    'spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item',
  ]);
  assert.deepEqual(found({ failurePolicy: 'other' }), [
    'spec.failurePolicy: Unsupported value: "other": supported values: "Fail", "Ignore"',
  ]);
  assert.deepEqual(found({ matchConstraints: { ...good.matchConstraints, matchPolicy: 'other' } }), [
    'spec.matchConstraints.matchPolicy: Unsupported value: "other": supported values: "Equivalent", "Exact"',
  ]);
});

test('rules are as those of webhooks, and may name objects', () => {
  const at = 'spec.matchConstraints.resourceRules[0]';
  assert.deepEqual(foundInRule({ operations: [] }), [`${at}.operations: Required value`]);
  assert.match(foundInRule({ operations: ['PATCH'] })[0] ?? '', /Unsupported value: "PATCH"/);
  assert.deepEqual(foundInRule({ resources: ['a/*', 'a/x'] }), [
    `${at}.resources[1]: Invalid value: "a/x": if 'a/*' is present, must not specify a/x`,
  ]);
  assert.deepEqual(foundInRule({ resourceNames: ['a/b', 'c', 'c'] }), [
    `${at}.resourceNames[0]: Invalid value: "a/b": may not contain '/'`,
    `${at}.resourceNames[2]: Duplicate value: "c"`,
  ]);
  const excluded = { ...good.matchConstraints, excludeResourceRules: [{ ...rule, apiVersions: [] }] };
  assert.deepEqual(found({ matchConstraints: excluded }), [
    'spec.matchConstraints.excludeResourceRules[0].apiVersions: Required value',
  ]);
});

test('parameters are of a kind that can be', () => {
  const at = 'spec.paramKind';
  const refused = (paramKind: object): string => found({ paramKind })[0] ?? '';
  assert.equal(refused(params.paramKind), '');
  assert.equal(refused({ kind: 'A' }), `${at}.apiVersion: Required value`);
  assert.equal(refused({ apiVersion: 'v1' }), `${at}.kind: Required value`);
  assert.equal(
    refused({ apiVersion: 'a/b/c', kind: 'A' }),
    `${at}.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c`,
  );
  assert.equal(
    refused({ apiVersion: 'a/', kind: 'A' }),
    `${at}.apiVersion: Invalid value: "a/": version must be specified`,
  );
  assert.match(
    refused({ apiVersion: 'test.example.com', kind: 'A' }),
    /apiVersion: Invalid value: "test\.example\.com": a DNS-1035/,
  );
  assert.match(refused({ apiVersion: '!!!/v1', kind: 'A' }), /apiVersion: Invalid value: "!!!": a lowercase/);
  assert.match(
    refused({ apiVersion: 'v1', kind: 'a!' }),
    /kind: Invalid value: "a!": may have mixed case, but should otherwise match: /,
  );
});

test('expressions are read when they are written', () => {
  const at = 'spec.validations[0]';
  const refused = (validation: object): string =>
    found({ validations: [{ expression: 'true', ...validation }] })[0] ?? '';
  assert.equal(refused({ expression: ' ' }), `${at}.expression: Required value: expression is not specified`);
  assert.match(
    refused({ expression: 'object.x in [1, 2, ' }),
    /compilation failed: ERROR: <input>:1:20: Syntax error: missing '\]'/,
  );
  assert.equal(refused({ expression: '1' }), `${at}.expression: Invalid value: "1": must evaluate to bool but got int`);
  assert.equal(
    refused({ messageExpression: '0 == 0' }),
    `${at}.messageExpression: Invalid value: "0 == 0": must evaluate to string but got bool`,
  );
  assert.equal(
    refused({ messageExpression: ' ' }),
    `${at}.messageExpression: Invalid value: " ": must be non-empty if specified`,
  );
  assert.match(
    refused({ messageExpression: "authorizer.path('/').check('get').reason()" }),
    /undeclared reference to 'authorizer'/,
  );
  assert.equal(refused({ message: ' ' }), `${at}.message: Invalid value: " ": must be non-empty if specified`);
  assert.match(refused({ message: 'a\nb' }), /must not contain line breaks/);
  assert.equal(
    refused({ reason: 'other' }),
    `${at}.reason: Unsupported value: "other": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"`,
  );
  const condition = { matchConditions: [{ name: 'a', expression: 'params.foo == "okay"' }] };
  assert.match(
    found(condition)[0] ?? '',
    /^spec\.matchConditions\[0\]\.expression: .*undeclared reference to 'params'/s,
  );
  assert.deepEqual(found({ ...condition, ...params }), []);
  const nameless = { matchConditions: [{ name: '', expression: 'true' }] };
  assert.deepEqual(found(nameless), ['spec.matchConditions[0].name: Required value']);
});

test('conditions that stay as they were are not judged again', () => {
  const wrong = policy({ matchConditions: [{ name: 'a', expression: 'params.x' }] });
  assert.deepEqual(policies.rules.validateUpdate?.(wrong, wrong), []);
  assert.equal(policies.rules.validateUpdate?.(wrong, policy({})).length, 1);
});

test('variables have names, and stand before what uses them', () => {
  const variable = (name: string, expression: string) => ({ name, expression });
  const refused = (variables: readonly object[], expression = 'true'): string =>
    found({ variables, validations: [{ expression }] })[0] ?? '';
  assert.equal(refused([variable('foo', '1'), variable('bar', 'variables.foo + 1')], 'variables.bar == 2'), '');
  assert.match(
    refused([variable('bar', 'variables.foo + 1'), variable('foo', '1')]),
    /variables\[0\]\.expression: .*undefined field 'foo'/s,
  );
  assert.match(
    refused([variable('foo', '1')], 'variables.bar == 2'),
    /validations\[0\]\.expression: .*undefined field 'bar'/s,
  );
  assert.match(
    refused([variable('foo', '1')], "variables.foo == 'a'"),
    /no matching overload for '_==_' applied to '\(int, string\)'/,
  );
  assert.equal(refused([variable(' ', '1')]), 'spec.variables[0].name: Required value: name is not specified');
  for (const name of ['4ever', 'namespace']) {
    assert.equal(
      refused([variable(name, '1')]),
      `spec.variables[0].name: Invalid value: "${name}": must be a valid CEL identifier`,
    );
  }
  assert.match(
    refused([variable('foo', "114 + '514'")]),
    /<input>:1:5: found no matching overload for '_\+_' applied to '\(int, string\)'/,
  );
});

test('audit annotations have keys of their own and make texts', () => {
  const annotation = (key: string, valueExpression = "'a'") => ({ key, valueExpression });
  const refused = (...auditAnnotations: readonly object[]): readonly string[] =>
    found({ validations: [], auditAnnotations }, { name: 'small' });
  const at = 'spec.auditAnnotations';
  assert.deepEqual(refused(annotation('a'), annotation('b', 'null')), []);
  assert.deepEqual(refused(annotation('a'), annotation('a')), [`${at}[1].key: Duplicate value: "a"`]);
  assert.match(refused(annotation('@'))[0] ?? '', /\[0\]\.key: Invalid value: "small\/@": name part must consist of/);
  assert.deepEqual(refused(annotation('a', 'true')), [
    `${at}[0].valueExpression: Invalid value: "true": must evaluate to one of [string null_type] but got bool`,
  ]);
  assert.deepEqual(refused(annotation('a', `'${'x'.repeat(5 * 1024)}'`)), [
    `${at}[0].valueExpression: Required value: must not exceed 5120 bytes in length`,
  ]);
  const many = Array.from({ length: 21 }, (_, index) => annotation(`k${index}`));
  assert.match(refused(...many)[0] ?? '', /must not have more than 20 auditAnnotations$/);
});

test('a binding names a policy, parameters and what becomes of breaches', () => {
  assert.deepEqual(foundInBinding({}), []);
  assert.deepEqual(foundInBinding({ policyName: '' }), ['spec.policyName: Required value']);
  const at = 'spec.validationActions';
  assert.deepEqual(foundInBinding({ validationActions: [] }), [
    `${at}: Required value: at least one validation action is required`,
  ]);
  assert.deepEqual(foundInBinding({ validationActions: ['illegal'] }), [
    `${at}[0]: Unsupported value: "illegal": supported values: "Audit", "Deny", "Warn"`,
  ]);
  assert.match(foundInBinding({ validationActions: ['Deny', 'Warn'] })[0] ?? '', /must not contain both Deny and Warn/);
  assert.match(
    foundInBinding({ matchResources: { matchPolicy: 'x' } })[0] ?? '',
    /^spec\.matchResources\.matchPolicy: Unsupported/,
  );
  const ref = (paramRef: object): readonly string[] =>
    foundInBinding({ paramRef: { parameterNotFoundAction: 'Deny', ...paramRef } });
  assert.deepEqual(ref({ name: 'x' }), []);
  assert.deepEqual(ref({ selector: {} }), []);
  assert.deepEqual(ref({}), ['spec.paramRef: Required value: one of name or selector must be specified']);
  assert.deepEqual(ref({ name: 'x', selector: {} }), [
    'spec.paramRef.name: Forbidden: name and selector are mutually exclusive',
    'spec.paramRef.selector: Forbidden: name and selector are mutually exclusive',
  ]);
  assert.deepEqual(ref({ name: 'x', parameterNotFoundAction: 'invalid' }), [
    'spec.paramRef.parameterNotFoundAction: Unsupported value: "invalid": supported values: "Deny", "Allow"',
  ]);
  assert.deepEqual(ref({ name: 'x', parameterNotFoundAction: undefined }), [
    'spec.paramRef.parameterNotFoundAction: Required value',
  ]);
});

test('warnings about expressions say what and where', () => {
  const status = (expressionWarnings: readonly object[]) => ({
    ...policy({}),
    status: { typeChecking: { expressionWarnings } },
  });
  const refused = (...warnings: readonly object[]): readonly string[] => {
    const object = status(warnings) as unknown as ValidatingAdmissionPolicy;
    return lines(policies.rules.validateStatusUpdate?.(object, object) ?? []);
  };
  assert.deepEqual(refused({ fieldRef: 'spec.validations[0].expression', warning: 'message' }), []);
  const at = 'status.typeChecking.expressionWarnings[0]';
  assert.deepEqual(refused({ fieldRef: 'spec', warning: '' }), [`${at}.warning: Required value`]);
  assert.deepEqual(refused({ fieldRef: ' ', warning: 'w' }), [`${at}.fieldRef: Required value`]);
});

test('tables show the parameters', () => {
  const cellsOf = (paramRef: object): unknown =>
    bindings.table.cells(decoded(bindings, { spec: { policyName: 'p', paramRef } }), 0)[2];
  assert.equal(policies.table.cells(policy(params), 0)[2], 'rules.example.com/v1/Limit');
  assert.equal(policies.table.cells(policy({}), 0)[2], '<unset>');
  assert.equal(cellsOf({ name: 'a', namespace: 'b' }), 'b/a');
  assert.equal(cellsOf({ name: 'a' }), '*/a');
  const selector = {
    matchLabels: { b: '1', a: '2' },
    matchExpressions: [{ key: 'c', operator: 'In', values: ['x', 'y'] }],
  };
  assert.equal(
    cellsOf({ selector }),
    '&LabelSelector{MatchLabels:map[string]string{a: 2,b: 1,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:c,Operator:In,Values:[x y],},},}',
  );
});
