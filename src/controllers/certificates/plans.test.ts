import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approvalsOf } from '#controllers/certificates/plan-approval.ts';
import { cleaningTime } from '#controllers/certificates/plan-cleaning.ts';
import { planSigning } from '#controllers/certificates/plan-signing.ts';
import { certificateSigningRequests } from '#kinds/certificate-signing-request/certificate-signing-request.ts';
import type { CertificateSigningRequest } from '#kinds/certificate-signing-request/schema.ts';
import { testRequests } from '#kinds/certificate-signing-request/test-requests.ts';
import { type Partially, stored } from '#testing/stored.ts';

type Spec = Partially<CertificateSigningRequest['spec']>;
type Status = Partially<CertificateSigningRequest['status']>;

const now = Date.parse('2026-03-01T00:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const approved = { type: 'Approved', status: 'True', lastUpdateTime: '2026-02-01T00:00:00Z', lastTransitionTime: null };
const signers = {
  client: 'kubernetes.io/kube-apiserver-client',
  nodeClient: 'kubernetes.io/kube-apiserver-client-kubelet',
  serving: 'kubernetes.io/kubelet-serving',
} as const;
const nodeUsages = ['digital signature', 'key encipherment', 'client auth'];
const servingUsages = ['digital signature', 'server auth'];

function request(spec: Spec, status: Status = { conditions: [approved] }): CertificateSigningRequest {
  const metadata = { name: 'x' };
  return stored(certificateSigningRequests, { metadata, spec: { usages: ['client auth'], ...spec }, status });
}

function refusalOf(spec: Spec): string | undefined {
  const plan = planSigning(request(spec), now);
  return plan.do === 'fail' ? plan.message : undefined;
}

test('only what is approved, and nothing else yet, is signed', () => {
  const spec = { request: testRequests.alice, signerName: signers.client };
  const outcome = (status: Status, more: Spec = {}): string =>
    planSigning(request({ ...spec, ...more }, status), now).do;
  assert.equal(outcome({ conditions: [approved] }), 'sign');
  assert.equal(outcome({}), 'nothing');
  assert.equal(outcome({ conditions: [approved, { ...approved, type: 'Failed' }] }), 'nothing');
  assert.equal(outcome({ conditions: [approved, { ...approved, type: 'Denied' }] }), 'nothing');
  assert.equal(outcome({ conditions: [approved], certificate: 'AAAA' }), 'nothing');
  assert.equal(outcome({ conditions: [approved] }, { signerName: 'example.com/signer' }), 'nothing');
  assert.equal(outcome({ conditions: [approved] }, { signerName: 'kubernetes.io/other' }), 'nothing');
});

test('certificates last as long as asked, between ten minutes and a year', () => {
  const span = (expirationSeconds?: number): readonly number[] => {
    const spec = { request: testRequests.alice, signerName: signers.client };
    const plan = planSigning(request(expirationSeconds === undefined ? spec : { ...spec, expirationSeconds }), now);
    return plan.do === 'sign' ? [plan.notBefore - now, plan.notAfter - now] : [];
  };
  const year = 365 * 24 * hour;
  assert.deepEqual(span(), [-5 * minute, year - 5 * minute]);
  assert.deepEqual(span(3600), [-5 * minute, hour], 'a short one is not cut shorter');
  assert.deepEqual(span(8 * 3600), [-5 * minute, 8 * hour - 5 * minute]);
  assert.deepEqual(span(2 ** 31 - 1), [-5 * minute, year - 5 * minute]);
});

test('each signer has its rules', () => {
  const client = { request: testRequests.alice, signerName: signers.client };
  assert.equal(refusalOf({ ...client, usages: ['server auth'] }), 'invalid usage for client certificate: server auth');
  assert.equal(
    refusalOf({ ...client, usages: ['digital signature'] }),
    'missing required usage for client certificate: client auth',
  );
  const node = { request: testRequests.nodeClient, signerName: signers.nodeClient, usages: nodeUsages };
  assert.equal(refusalOf(node), undefined);
  assert.equal(refusalOf({ ...node, usages: ['client auth', 'digital signature'] }), undefined);
  assert.equal(
    refusalOf({ ...node, usages: ['client auth'] }),
    'usages did not match [client auth digital signature key encipherment]',
  );
  assert.equal(refusalOf({ ...node, request: testRequests.alice }), 'subject organization is not system:nodes');
  assert.equal(refusalOf({ ...node, request: testRequests.nodeServing }), 'DNS subjectAltNames are not allowed');
  assert.equal(refusalOf({ ...node, request: testRequests.nodeOdd }), 'Email subjectAltNames are not allowed');
  assert.equal(refusalOf({ ...node, request: testRequests.notNode }), 'IP subjectAltNames are not allowed');
  const serving = { request: testRequests.nodeServing, signerName: signers.serving, usages: servingUsages };
  assert.equal(refusalOf(serving), undefined);
  assert.equal(refusalOf({ ...serving, request: testRequests.nodeClient }), 'DNS or IP subjectAltName is required');
  assert.equal(
    refusalOf({ ...serving, request: testRequests.notNode }),
    'subject common name does not begin with system:node:',
  );
  assert.equal(
    refusalOf({ ...serving, usages: nodeUsages }),
    'usages did not match [digital signature key encipherment server auth]',
  );
});

test('the certificate of a node may be approved for itself, or for whoever may ask for any', () => {
  const node = { request: testRequests.nodeClient, signerName: signers.nodeClient, usages: nodeUsages };
  const of = (spec: Spec): readonly string[] => approvalsOf(request(spec, {})).map(({ subresource }) => subresource);
  assert.deepEqual(of({ ...node, username: 'system:bootstrap:abcdef' }), ['nodeclient']);
  assert.deepEqual(of({ ...node, username: 'system:node:node1' }), ['selfnodeclient', 'nodeclient']);
  assert.deepEqual(of({ ...node, request: testRequests.alice }), []);
  assert.deepEqual(of({ ...node, signerName: signers.client }), []);
});

test('requests go an hour after they were settled, or a day after they were made', () => {
  const created = Date.parse('2026-01-01T00:00:00Z');
  const decided = Date.parse(approved.lastUpdateTime);
  const time = (status: Status): number | undefined => cleaningTime(request({ request: testRequests.alice }, status));
  assert.equal(time({}), created + 24 * hour);
  assert.equal(time({ conditions: [approved] }), undefined);
  assert.equal(time({ conditions: [approved], certificate: 'AAAA' }), decided + hour);
  assert.equal(time({ conditions: [{ ...approved, type: 'Denied' }] }), decided + hour);
  assert.equal(time({ conditions: [approved, { ...approved, type: 'Failed' }] }), decided + hour);
});
