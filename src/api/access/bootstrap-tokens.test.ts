import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness } from '#api/test-harness.ts';
import { secrets } from '#kinds/secret/secret.ts';

const token = 'abcdef.0123456789abcdef';
const good = { 'token-id': 'abcdef', 'token-secret': '0123456789abcdef', 'usage-bootstrap-authentication': 'true' };

async function withSecret(stringData: object, type = 'bootstrap.kubernetes.io/token', namespace = 'kube-system') {
  const harness = await Harness.start();
  await harness.client.create(secrets, {
    metadata: { namespace, name: 'bootstrap-token-abcdef' },
    type,
    stringData: stringData as typeof good,
  });
  return harness;
}

test('a bootstrap token makes its bearer one of the bootstrappers, until it expires or is deleted', async () => {
  const extra = { 'auth-extra-groups': 'system:bootstrappers:nodes', expiration: '2026-01-01T01:00:00Z' };
  const { api, clock } = await withSecret({ ...good, ...extra });
  assert.deepEqual(await api.authenticate(token), {
    name: 'system:bootstrap:abcdef',
    groups: ['system:bootstrappers', 'system:bootstrappers:nodes'],
  });
  assert.equal(await api.authenticate('abcdef.0123456789abcdee'), undefined);
  await clock.advance(3_600_000);
  assert.equal(await api.authenticate(token), undefined, 'expired');
  const lasting = await withSecret(good);
  assert.notEqual(await lasting.api.authenticate(token), undefined);
  await lasting.client.delete(secrets, { namespace: 'kube-system', name: 'bootstrap-token-abcdef' });
  assert.equal(await lasting.api.authenticate(token), undefined, 'deleted');
});

test('a secret that is not quite a bootstrap token lets nobody in', async () => {
  const doubtful: readonly Parameters<typeof withSecret>[] = [
    [good, 'Opaque'],
    [good, 'bootstrap.kubernetes.io/token', 'default'],
    [{ ...good, 'usage-bootstrap-authentication': 'false' }],
    [{ ...good, 'token-id': 'abcdeg' }],
    [{ ...good, expiration: 'soon' }],
    [{ ...good, 'auth-extra-groups': 'system:masters' }],
  ];
  for (const parts of doubtful) {
    const { api } = await withSecret(...parts);
    assert.equal(await api.authenticate(token), undefined, JSON.stringify(parts));
  }
});
