import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attributes, User } from '../api.ts';
import { AccessVerdicts } from './access-verdicts.ts';

const ann: User = { name: 'ann', groups: [] };

test('authorizers may take their time: what asks them is run again, and each question is asked once', async () => {
  const asked: [User, Attributes][] = [];
  const verdicts = new AccessVerdicts((user, attributes) => {
    asked.push([user, attributes]);
    return Promise.resolve({ allowed: true, reason: 'late' });
  }, ann);
  const [first, second] = await verdicts.during((ask) => [
    ask({ verb: 'get', path: '/' }),
    ask({ verb: 'get', group: '', resource: 'pods', namespace: '', account: { namespace: 'a', name: 'b' } }),
  ]);
  assert.deepEqual([first, second], Array(2).fill({ allowed: true, reason: 'late' }));
  await verdicts.during((ask) => ask({ verb: 'get', path: '/' }));
  const account = { name: 'system:serviceaccount:a:b', groups: ['system:serviceaccounts', 'system:serviceaccounts:a'] };
  const none = { subresource: undefined, namespace: undefined, name: undefined, fieldSelector: undefined };
  assert.deepEqual(asked, [
    [ann, { verb: 'get', path: '/' }],
    [account, { verb: 'get', group: '', plural: 'pods', ...none }],
  ]);
});

test('an authorizer that fails is an answer too', async () => {
  const verdicts = new AccessVerdicts(() => Promise.reject(new Error('gone')), ann);
  const verdict = await verdicts.during((ask) => ask({ verb: 'get', path: '/' }));
  assert.deepEqual(verdict, { allowed: false, reason: '', error: 'gone' });
});
