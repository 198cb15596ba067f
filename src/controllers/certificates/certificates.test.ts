import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { certificateSigningRequests } from '#kinds/certificate-signing-request/certificate-signing-request.ts';
import type { CertificateSigningRequest } from '#kinds/certificate-signing-request/schema.ts';
import { testRequests } from '#kinds/certificate-signing-request/test-requests.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';

const minute = 60_000;
const hour = 60 * minute;

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await createCluster({ seed: 'certificates', nodes: 0 });
});
afterEach(() => cluster.stop());

function create(name: string, spec: object): Promise<CertificateSigningRequest> {
  const given = { request: testRequests.alice, usages: ['client auth'], signerName: 'example.com/signer', ...spec };
  return cluster.client.create(certificateSigningRequests, { metadata: { name }, spec: given });
}

function read(name: string): Promise<CertificateSigningRequest> {
  return cluster.client.get(certificateSigningRequests, { name });
}

async function isGone(name: string): Promise<boolean> {
  try {
    await read(name);
    return false;
  } catch (error) {
    if (isNotFound(error)) return true;
    throw error;
  }
}

function decide(request: CertificateSigningRequest, type: string): Promise<CertificateSigningRequest> {
  const conditions = [{ type, status: 'True', lastUpdateTime: null, lastTransitionTime: null }];
  const decided = { ...request, status: { ...request.status, conditions } };
  return cluster.client.update(certificateSigningRequests, decided, { subresource: 'approval' });
}

const ofNode = {
  request: testRequests.nodeClient,
  usages: ['digital signature', 'client auth'],
  signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
};

test('a request of a node is approved once who asks is permitted to have it', async () => {
  await create('node', ofNode);
  await cluster.advance(minute);
  const [condition] = (await read('node')).status.conditions ?? [];
  // Our client may do everything.
  assert.deepEqual(
    [condition?.type, condition?.reason, condition?.message],
    ['Approved', 'AutoApproved', 'Auto approving kubelet client certificate after SubjectAccessReview.'],
  );
});

test('requests of others wait for people', async () => {
  await create('person', { signerName: 'kubernetes.io/kube-apiserver-client' });
  await cluster.advance(minute);
  assert.deepEqual((await read('person')).status, {});
});

test('undecided requests go after a day, denied ones after an hour', async () => {
  await create('pending', {});
  await decide(await create('denied', {}), 'Denied');
  await decide(await create('approved', {}), 'Approved');
  await cluster.advance(hour - minute);
  assert.equal(await isGone('denied'), false);
  await cluster.advance(2 * minute);
  assert.equal(await isGone('denied'), true);
  await cluster.advance(23 * hour - 2 * minute);
  assert.equal(await isGone('pending'), false);
  await cluster.advance(2 * minute);
  assert.equal(await isGone('pending'), true);
  assert.equal(await isGone('approved'), false, 'its signer may be slow');
});
