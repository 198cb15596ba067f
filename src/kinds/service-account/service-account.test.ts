import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import { created } from '#kinds/test-objects.ts';

test('of its secrets an account keeps the names alone', () => {
  const secrets = [{ name: 'a', namespace: 'other', kind: 'Secret', uid: 'u' }, { kind: 'Secret' }];
  assert.deepEqual(created(serviceAccounts, { secrets }).secrets, [{ name: 'a' }, {}]);
});

test('an annotation that is going away is warned of when it comes', () => {
  const annotation = 'kubernetes.io/enforce-mountable-secrets';
  const plain = created(serviceAccounts, {});
  const marked = created(serviceAccounts, { metadata: { annotations: { [annotation]: 'true' } } });
  const text =
    `metadata.annotations[${annotation}]: deprecated in v1.32+; prefer separate namespaces to isolate access to ` +
    'mounted secrets';
  assert.deepEqual(serviceAccounts.rules.warnings?.(marked, undefined), [text]);
  assert.deepEqual(serviceAccounts.rules.warnings?.(marked, plain), [text]);
  assert.deepEqual(serviceAccounts.rules.warnings?.(marked, marked), []);
});
