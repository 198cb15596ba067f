import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Harness } from '#api/test-harness.ts';
import { resourcePrefix } from '../../keys.ts';
import { isAsWritten } from './as-written.ts';
import { bootstrapPolicy, type PolicyObject } from './policy.ts';

describe('what a stored text says of the policy', () => {
  const policy = bootstrapPolicy();
  const texts = new Map<PolicyObject, string>();
  before(async () => {
    const { api, store } = await Harness.start();
    for (const object of policy) {
      const { namespace, name } = object.metadata;
      const prefix = resourcePrefix(
        api.served.resources.find(({ plural }) => plural === object.resource.plural) as never,
      );
      const entry = await store.get(`${prefix}${namespace === undefined ? '' : `${namespace}/`}${name}`);
      texts.set(object, entry?.value.text ?? '');
    }
  });
  const textOf = (name: string, plural = 'clusterroles'): readonly [string, PolicyObject] => {
    const object = policy.find(({ resource, metadata }) => resource.plural === plural && metadata.name === name);
    assert.ok(object);
    return [texts.get(object) ?? '', object];
  };

  test('is seen at once where nobody has changed it', () => {
    const others = policy.filter((object) => !isAsWritten(texts.get(object) ?? '', object));
    assert.deepEqual(
      others.map(({ metadata }) => metadata.name),
      [],
    );
  });

  test('is something else once a rule, a subject, a label or an annotation is another', () => {
    const [role, wanted] = textOf('system:node-proxier');
    const [binding, bound] = textOf('system:node-proxier', 'clusterrolebindings');
    assert.ok(isAsWritten(role, wanted) && isAsWritten(binding, bound));
    const changed = (text: string, from: string | RegExp, to: string, object: PolicyObject): boolean => {
      assert.notEqual(text.replace(from, to), text);
      return isAsWritten(text.replace(from, to), object);
    };
    assert.ok(!changed(role, '{"verbs":["list","watch"]', '{"verbs":["list"]', wanted));
    assert.ok(!changed(role, '"rules":[', '"rules":[{"verbs":["*"],"nonResourceURLs":["*"]},', wanted));
    assert.ok(!changed(role, '"rules":[', '"aggregationRule":{},"rules":[', wanted));
    assert.ok(!changed(role, ':"rbac-defaults"', ':"none"', wanted));
    assert.ok(!changed(role, '"labels":{', '"labels":{"a":"b",', wanted));
    assert.ok(!changed(role, 'autoupdate":"true"', 'autoupdate":"false"', wanted));
    assert.ok(!changed(binding, 'system:kube-proxy', 'somebody', bound));
    assert.ok(!changed(binding, /"subjects":.*?\],/, '', bound));
    assert.ok(!changed(binding, /"name":"system:node-proxier"\}\}$/, '"name":"cluster-admin"}}', bound));
  });

  test('is not taken from inside a string', () => {
    const [role, wanted] = textOf('system:node-proxier');
    const rules = JSON.stringify(wanted.rules);
    const quoted = JSON.stringify(`x},"rules":${rules}`).slice(0, -1);
    assert.ok(!isAsWritten(role.replace(/"rules":.*$/, `"note":${quoted}"}`), wanted));
  });
});
