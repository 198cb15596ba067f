import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileExpression } from '#kinds/admission-expression/compile.ts';
import { AdmissionEvaluation, conditionSteps, type ExpressionInput } from '#kinds/admission-expression/evaluation.ts';
import { compileConditions, judgeConditions } from '#kinds/admission-expression/match-conditions.ts';
import type { AccessQuestion } from '#kinds/cel/authorizer-functions.ts';
import { boolType, type CelTypeOf, nullType, stringType } from '#kinds/cel/types.ts';

const everything = { params: true, authorizer: true };

function problemOf(source: string, around = everything, results: readonly CelTypeOf[] = [boolType]): string {
  const compiled = compileExpression(source, around, results);
  return 'problem' in compiled ? compiled.problem : '';
}

const input: ExpressionInput = {
  object: { kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec: { priority: 7, share: 0.5, on: true } },
  oldObject: null,
  request: { operation: 'CREATE', namespace: 'shop', userInfo: { username: 'ann' }, dryRun: false },
  namespaceObject: { metadata: { name: 'shop', labels: { tier: 'one' } } },
  params: { data: { max: '3' } },
};

function answer(source: string, given: ExpressionInput = input): unknown {
  return new AdmissionEvaluation(given, conditionSteps).value(compileExpression(source, everything, []));
}

test('expressions speak of the request, its objects, their namespace and the parameters', () => {
  for (const source of [
    "object.metadata.name == 'web' && object.spec.priority == 7 && object.spec.share == 0.5 && object.spec.on",
    'oldObject == null',
    "request.operation == 'CREATE' && request.namespace == 'shop' && request.userInfo.username == 'ann'",
    'has(request.userInfo) && !has(request.userInfo.uid) && !request.dryRun',
    "namespaceObject.metadata.labels['tier'] == 'one'",
    "params.data.max == '3'",
  ]) {
    assert.equal(answer(source), true, source);
  }
});

test('what nobody knows, and what has another type than it must, is found when an expression is read', () => {
  assert.equal(problemOf('request.operation == "CREATE"'), '');
  assert.equal(
    problemOf('self.x'),
    "compilation failed: ERROR: <input>:1:1: undeclared reference to 'self' (in container '')\n | self.x\n | ^",
  );
  assert.match(problemOf('request.object == null'), /<input>:1:8: undefined field 'object'/);
  assert.match(problemOf('namespaceObject.metadata.managedFields == []'), /undefined field 'managedFields'/);
  assert.match(problemOf('request.dryRun == 1'), /found no matching overload for '_==_' applied to '\(bool, int\)'/);
  assert.equal(problemOf('object.spec.on'), 'must evaluate to bool but got dyn');
  assert.equal(
    problemOf('1', everything, [stringType, nullType]),
    'must evaluate to one of [string null_type] but got int',
  );
  assert.match(problemOf('params.x == 1', { params: false, authorizer: true }), /undeclared reference to 'params'/);
  assert.match(problemOf('variables.x == 1'), /undeclared reference to 'variables'/);
  const refused = problemOf("authorizer.path('/x').check('get').allowed()", { params: true, authorizer: false });
  assert.match(refused, /undeclared reference to 'authorizer'/);
});

test('expressions ask what the sender of a request or a service account may do', () => {
  const asked: AccessQuestion[] = [];
  const allowed: ExpressionInput = {
    ...input,
    authorizer: {
      ask: (question) => {
        asked.push(question);
        return { allowed: question.verb === 'get', reason: 'because' };
      },
      requestResource: { group: '', resource: 'pods', namespace: 'shop', name: 'web' },
    },
  };
  const checks: readonly (readonly [string, unknown])[] = [
    ["authorizer.path('/healthz').check('get').allowed()", true],
    ["authorizer.group('apps').resource('deployments').subresource('scale').check('update').allowed()", false],
    [
      "authorizer.serviceAccount('shop', 'till').group('').resource('pods').namespace('shop').check('get').reason()",
      'because',
    ],
    ["authorizer.requestResource.check('get').allowed()", true],
    ["authorizer.requestResource.check('get').errored()", false],
  ];
  for (const [source, value] of checks) {
    assert.equal(problemOf(source, everything, []), '', source);
    assert.equal(answer(source, allowed), value, source);
  }
  assert.deepEqual(asked.slice(0, 4), [
    { verb: 'get', account: undefined, path: '/healthz' },
    { verb: 'update', account: undefined, group: 'apps', resource: 'deployments', subresource: 'scale' },
    { verb: 'get', account: { namespace: 'shop', name: 'till' }, group: '', resource: 'pods', namespace: 'shop' },
    { verb: 'get', account: undefined, group: '', resource: 'pods', namespace: 'shop', name: 'web' },
  ]);
  assert.throws(() => answer("authorizer.path(' ').check('get').allowed()", allowed), /path must not be empty/);
  assert.throws(
    () => answer("authorizer.serviceAccount('a b', 'x').path('/').check('get').allowed()", allowed),
    /Invalid service account namespace/,
  );
  assert.throws(
    () => answer("[1,2,3].all(n, authorizer.path('/').check('get').allowed())", allowed),
    /operation cancelled: actual cost limit exceeded/,
  );
});

test('variables are worked out when they are used, and once', () => {
  const around = { ...everything, variables: new Map<string, CelTypeOf>([['name', stringType]]) };
  const named = (name: string, source: string) => ({ name, expression: compileExpression(source, everything, []) });
  const evaluation = new AdmissionEvaluation(input, conditionSteps, [
    named('name', 'string(object.metadata.name)'),
    named('broken', 'object.none'),
  ]);
  const value = (source: string, names = around) => evaluation.value(compileExpression(source, names, []));
  assert.equal(value("variables.name + variables.name == 'webweb'"), true);
  assert.match(problemOf('variables.other == 1', around), /undefined field 'other'/);
  const broken = { ...everything, variables: new Map<string, CelTypeOf>([['broken', boolType]]) };
  assert.throws(() => value('variables.broken', broken), {
    message: `expression 'variables.broken' resulted in error: composited variable "broken" fails to evaluate: no such key: none`,
  });
});

test('a request matches conditions if all hold; one that does not decides, even where others cannot be answered', () => {
  const judge = (...sources: readonly string[]) =>
    judgeConditions(
      compileConditions(
        sources.map((expression, at) => ({ name: `c${at}`, expression })),
        { params: false },
      ),
      new AdmissionEvaluation(input, conditionSteps),
    );
  const broken = "object.spec.none == 'x'";
  const error = `expression '${broken}' resulted in error: no such key: none`;
  assert.deepEqual(judge(), { matches: true });
  assert.deepEqual(judge("object.kind == 'Pod'", '1 < 2'), { matches: true });
  assert.deepEqual(judge("object.kind == 'Pod'", 'false'), { matches: false });
  assert.deepEqual(judge(broken, 'false'), { matches: false });
  assert.deepEqual(judge(broken, 'true'), { matches: undefined, error });
  assert.deepEqual(judge(broken, 'object.a == 1'), {
    matches: undefined,
    error: `[${error}, expression 'object.a == 1' resulted in error: no such key: a]`,
  });
  assert.match((judge('nothing') as { error: string }).error, /^compilation error: compilation failed: ERROR: /);
  const dear = 'lists.range(1000).all(a, lists.range(1000).all(b, a + b >= 0))';
  assert.match((judge(dear) as { error: string }).error, /actual cost limit exceeded/);
  assert.match((judge(dear, dear, dear) as { error: string }).error, /running out of cost budget, no further/);
});
