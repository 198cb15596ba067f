import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { User } from '#api/api.ts';
import { Harness, namespace, plainWrite, refusal } from '#api/test-harness.ts';
import { selfSubjectReviews } from '#kinds/authentication/reviews.ts';
import {
  localSubjectAccessReviews,
  selfSubjectAccessReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
} from '#kinds/authorization/reviews.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { roleBindings } from '#kinds/rbac/bindings.ts';
import { decode } from '#schema/decode.ts';

const alice: User = { name: 'alice', uid: 'u-1', groups: ['devs', 'system:authenticated'] };
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:basic-user' };

async function start() {
  const harness = await Harness.start();
  const review = async <T extends KubeObject>(
    resource: ResourceDefinition<T>,
    body: object,
    user: User = alice,
  ): Promise<T> => {
    const decoded = decode(resource.schema, { metadata: {}, ...body }).value as object;
    const context = { ...harness.context, user };
    return (await harness.api.create(context, harness.target(resource), decoded, plainWrite)) as T;
  };
  return { harness, review };
}

const lists = { verb: 'list', resource: 'pods', namespace };

test('may I? says no, or yes and by which binding', async () => {
  const { harness, review } = await start();
  const no = await review(selfSubjectAccessReviews, { spec: { resourceAttributes: lists } });
  assert.deepEqual(no.status, { allowed: false });
  assert.deepEqual(no.spec, { resourceAttributes: lists });
  const yes = await review(selfSubjectAccessReviews, { spec: { resourceAttributes: lists } }, harness.context.user);
  assert.deepEqual(yes.status, { allowed: true });
  const subjects = [{ kind: 'User', name: 'alice' }];
  const binding = { metadata: { name: 'b', namespace }, roleRef, subjects };
  await harness.client.create(roleBindings, binding);
  const own = { verb: 'create', group: 'authentication.k8s.io', resource: 'selfsubjectreviews', namespace };
  const other = { user: 'alice', resourceAttributes: own };
  const { status } = await review(subjectAccessReviews, { spec: other });
  const reason = 'RBAC: allowed by RoleBinding "b/default" of ClusterRole "system:basic-user" to User "alice"';
  assert.deepEqual(status, { allowed: true, reason });
});

test('a question that is none is Invalid, in the name of the group', async () => {
  const { review } = await start();
  const asked = (spec: object) => refusal(review(subjectAccessReviews, { spec: { user: 'x', ...spec } }));
  const none = await asked({});
  assert.equal(none.code, 422);
  assert.match(none.message, /^\.authorization\.k8s\.io "" is invalid: spec\.resourceAttributes: Invalid value: null/);
  const nobody = await asked({ user: '', resourceAttributes: lists });
  assert.match(nobody.message, /spec\.user: Invalid value: "": at least one of user or group must be specified$/);
  const named = review(selfSubjectAccessReviews, { metadata: { name: 'x' }, spec: { resourceAttributes: lists } });
  assert.match((await refusal(named)).message, /metadata: Invalid value: .*: must be empty$/);
  const selector = {
    ...lists,
    fieldSelector: { rawSelector: 'a=b', requirements: [{ key: 'a', operator: 'Exists' }] },
  };
  assert.match((await asked({ resourceAttributes: selector })).message, /rawSelector: .*at the same time/);
});

test('the selectors of a question are judged, and count where they can be read', async () => {
  const { review } = await start();
  const asked = (more: object, user = 'system:node:n1') => {
    const spec = { user, groups: ['system:nodes'], resourceAttributes: { ...lists, ...more } };
    return review(subjectAccessReviews, { spec });
  };
  const own = { key: 'spec.nodeName', operator: 'In', values: ['n1'] };
  assert.equal((await asked({ fieldSelector: { rawSelector: 'spec.nodeName=n1' } })).status.allowed, true);
  assert.equal((await asked({ fieldSelector: { requirements: [own] } })).status.allowed, true);
  const unreadable = await asked({ fieldSelector: { rawSelector: 'nonsense' }, labelSelector: { rawSelector: '(' } });
  const head = 'spec.resourceAttributes';
  assert.equal(
    unreadable.status.evaluationError,
    `${head}.fieldSelector ignored due to parse error; ${head}.labelSelector ignored due to parse error`,
  );
  const partly = await asked({ fieldSelector: { requirements: [own, { key: 'a', operator: 'Exists' }] } });
  assert.equal(partly.status.allowed, true);
  assert.equal(partly.status.evaluationError, `${head}.fieldSelector partially ignored due to parse error`);
  const wrong = asked({
    fieldSelector: { requirements: [{ key: '', operator: 'In' }] },
    labelSelector: {
      requirements: [
        { key: 'a', operator: 'Odd' },
        { key: 'b', operator: 'Exists', values: ['x'] },
      ],
    },
  });
  const { message } = await refusal(wrong);
  assert.match(message, /fieldSelector\.requirements\[0\]\.key: Required value: must be specified/);
  assert.match(message, /fieldSelector\.requirements\[0\]\.values: Required value: must be specified when/);
  assert.match(message, /labelSelector\.requirements\[1\]\.values: Forbidden: may not be specified when/);
  assert.doesNotMatch(message, /not a valid selector operator/, 'newer clients know more');
});

test('a local question is about its own namespace', async () => {
  const { review } = await start();
  const spec = { user: 'alice', resourceAttributes: { ...lists, namespace: 'elsewhere' } };
  const refused = await refusal(review(localSubjectAccessReviews, { spec }));
  assert.match(refused.message, /spec\.resourceAttributes\.namespace: .*: must match metadata\.namespace$/);
  const local = await review(localSubjectAccessReviews, { spec: { user: 'alice', resourceAttributes: lists } });
  assert.deepEqual(local.status, { allowed: false });
});

test('my rules are those of all that is bound to me, and everything for masters', async () => {
  const { harness, review } = await start();
  const { status } = await review(selfSubjectRulesReviews, { spec: { namespace } });
  assert.equal(status.incomplete, false);
  assert.deepEqual(status.resourceRules.flatMap(({ resources }) => resources).toSorted(), [
    'selfsubjectaccessreviews',
    'selfsubjectreviews',
    'selfsubjectrulesreviews',
  ]);
  assert.ok(status.nonResourceRules.some(({ nonResourceURLs }) => nonResourceURLs?.includes('/api/*')));
  const all = await review(selfSubjectRulesReviews, { spec: { namespace } }, harness.context.user);
  assert.deepEqual(all.status.resourceRules[0], { verbs: ['*'], apiGroups: ['*'], resources: ['*'] });
  const node = { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] };
  const partly = await review(selfSubjectRulesReviews, { spec: { namespace } }, node);
  assert.equal(partly.status.incomplete, true);
  assert.equal(partly.status.evaluationError, 'node authorizer does not support user rule resolution');
  const nowhere = await refusal(review(selfSubjectRulesReviews, { spec: {} }));
  assert.deepEqual([nowhere.code, nowhere.message], [400, 'no namespace on request']);
});

test('who am I?', async () => {
  const { review } = await start();
  const { status } = await review(selfSubjectReviews, {});
  assert.deepEqual(status, { userInfo: { username: 'alice', uid: 'u-1', groups: alice.groups } });
});
