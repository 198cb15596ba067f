import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { User } from '#api/api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { Harness, refusal } from '#api/test-harness.ts';
import type { Client } from '#client/client.ts';
import { certificateSigningRequests } from '#kinds/certificate-signing-request/certificate-signing-request.ts';
import type { CertificateSigningRequest } from '#kinds/certificate-signing-request/schema.ts';
import { testRequests } from '#kinds/certificate-signing-request/test-requests.ts';
import { clusterRoleBindings } from '#kinds/rbac/bindings.ts';
import { clusterRoles } from '#kinds/rbac/roles.ts';

const group = 'certificates.k8s.io';
const signerName = 'kubernetes.io/kube-apiserver-client';
const spec = { request: testRequests.alice, usages: ['client auth'], signerName };

let harness: Harness;
before(async () => {
  harness = await Harness.start();
});

function as(name: string, more: Partial<User> = {}): Client {
  return createLocalClient(harness.api, { name, groups: ['system:authenticated'], ...more }, 'test');
}

/** A client of somebody who may do `verbs` with requests and what is beside them, and has these further rules. */
async function allowed(name: string, verbs: readonly string[], ...more: readonly object[]): Promise<Client> {
  const resources = [
    'certificatesigningrequests',
    'certificatesigningrequests/approval',
    'certificatesigningrequests/status',
  ];
  const rules = [{ apiGroups: [group], resources, verbs }, ...more] as never;
  await harness.client.create(clusterRoles, { metadata: { name }, rules });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name };
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }];
  await harness.client.create(clusterRoleBindings, { metadata: { name }, roleRef, subjects });
  return as(name);
}

function create(client: Client, name: string, given: object = {}): Promise<CertificateSigningRequest> {
  return client.create(certificateSigningRequests, { metadata: { name }, spec: { ...spec, ...given } });
}

function decided(request: CertificateSigningRequest, type = 'Approved'): CertificateSigningRequest {
  const conditions = [{ type, status: 'True', lastUpdateTime: null, lastTransitionTime: null }];
  return { ...request, status: { ...request.status, conditions } };
}

test('a request holds who made it, not who it says; and nothing has been decided', async () => {
  await allowed('maker', ['create']);
  const user = { uid: 'u1', extra: { key: ['value'] } };
  const client = as('maker', user);
  const claim = { username: 'root', groups: ['system:masters'], extra: { a: ['b'] } };
  const made = await client.create(certificateSigningRequests, {
    metadata: { name: 'mine' },
    spec: { ...spec, ...claim },
    status: { conditions: [{ type: 'Approved', status: 'True', lastUpdateTime: null, lastTransitionTime: null }] },
  });
  const { username, uid, groups, extra } = made.spec;
  assert.deepEqual({ username, uid, groups, extra }, { username: 'maker', ...user, groups: ['system:authenticated'] });
  assert.deepEqual(made.status, {});
  assert.equal(made.metadata.managedFields, undefined, 'nobody owns what nobody can change');
});

test('what has been asked for cannot be changed', async () => {
  const made = await create(harness.client, 'fixed');
  const changed = { ...made, metadata: { ...made.metadata, labels: { a: 'b' } } };
  const updated = await harness.client.update(certificateSigningRequests, {
    ...changed,
    spec: { ...made.spec, signerName: 'example.com/other', username: 'root' },
    status: decided(made).status,
  });
  assert.deepEqual([updated.spec, updated.status], [made.spec, {}]);
  assert.deepEqual(updated.metadata.labels, { a: 'b' });
});

test('only who may approve for the signer decides, of all signers of a domain too', async () => {
  const plain = await allowed('updater', ['update']);
  const rule = (name: string): object => ({
    apiGroups: [group],
    resources: ['signers'],
    verbs: ['approve'],
    resourceNames: [name],
  });
  const one = await allowed('approver', ['update'], rule(signerName));
  const all = await allowed('domain-approver', ['update'], rule('kubernetes.io/*'));
  const made = await create(harness.client, 'decide');
  const approve = (client: Client, request: CertificateSigningRequest): Promise<CertificateSigningRequest> =>
    client.update(certificateSigningRequests, decided(request), { subresource: 'approval' });
  assert.equal(
    (await refusal(approve(plain, made))).message,
    'certificatesigningrequests.certificates.k8s.io "decide" is forbidden: user not permitted to approve requests with ' +
      `signerName "${signerName}"`,
  );
  const approved = await approve(one, made);
  const [condition] = approved.status.conditions ?? [];
  assert.equal(condition?.type, 'Approved');
  assert.match(condition?.lastUpdateTime ?? '', /Z$/);
  await approve(all, await create(harness.client, 'decide-too'));
});

test('only who may sign for the signer writes what came of it', async () => {
  const plain = await allowed('status-updater', ['update']);
  const made = await create(harness.client, 'sign');
  const fail = (client: Client): Promise<CertificateSigningRequest> =>
    client.update(certificateSigningRequests, decided(made, 'Failed'), { subresource: 'status' });
  assert.equal(
    (await refusal(fail(plain))).message,
    'certificatesigningrequests.certificates.k8s.io "sign" is forbidden: user not permitted to sign requests with ' +
      `signerName "${signerName}"`,
  );
  await plain.update(certificateSigningRequests, made, { subresource: 'status' });
  assert.equal((await fail(harness.client)).status.conditions?.[0]?.type, 'Failed');
});

test('nobody gets a certificate of the group that may do everything', async () => {
  const error = await refusal(create(harness.client, 'root', { request: testRequests.masters }));
  assert.equal(
    error.message,
    'certificatesigningrequests.certificates.k8s.io "root" is forbidden: ' +
      'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
  );
  await create(harness.client, 'other-signer', { request: testRequests.masters, signerName: 'example.com/signer' });
});

test('a node asks in its own name only', async () => {
  const of = (node: string): Client => as(`system:node:${node}`, { groups: ['system:nodes', 'system:authenticated'] });
  const given = {
    request: testRequests.nodeClient,
    usages: ['digital signature', 'client auth'],
    signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
  };
  await create(of('node1'), 'node-own', given);
  assert.match(
    (await refusal(create(of('node2'), 'node-other', given))).message,
    /is forbidden: can only create a node CSR with CN=system:node:node2$/,
  );
});

test('requests are found by signer', async () => {
  const found = await harness.client.list(certificateSigningRequests, {
    fieldSelector: 'spec.signerName=example.com/signer',
  });
  assert.deepEqual(
    found.items.map(({ metadata }) => metadata.name),
    ['other-signer'],
  );
});
