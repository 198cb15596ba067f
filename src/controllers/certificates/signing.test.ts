import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { User } from '#api/api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { Harness } from '#api/test-harness.ts';
import { silentLogger } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import type { Client } from '#client/client.ts';
import { createCertificateApprover } from '#controllers/certificates/approver.ts';
import { createCertificateSigner, type SignRequest } from '#controllers/certificates/signer.ts';
import { certificateSigningRequests } from '#kinds/certificate-signing-request/certificate-signing-request.ts';
import type { CertificateSigningRequest } from '#kinds/certificate-signing-request/schema.ts';
import { testRequests } from '#kinds/certificate-signing-request/test-requests.ts';
import { clusterRoleBindings } from '#kinds/rbac/bindings.ts';
import { Informers } from '#reconcile/informers.ts';
import { issueAuthority } from '#wire/pki/issue.ts';

const minute = 60_000;
const bootstrapper: User = {
  name: 'system:bootstrap:abcdef',
  groups: ['system:bootstrappers', 'system:authenticated'],
};
const controller: User = {
  name: 'system:serviceaccount:kube-system:certificate-controller',
  groups: ['system:serviceaccounts', 'system:authenticated'],
};
let pem: string;

before(async () => {
  pem = (await issueAuthority('test', { notBefore: 0, notAfter: Date.parse('2050-01-01T00:00:00Z') })).certificate;
});

interface Rig {
  readonly harness: Harness;
  readonly signed: Parameters<SignRequest>[1][];
  stop(): Promise<void>;
}

/** The approver and the signer at work, with the rights that they have in a cluster. */
async function start(sign?: SignRequest): Promise<Rig> {
  const harness = await Harness.start();
  const tools = { clock: harness.clock, random: seededRandom('certificates'), log: silentLogger };
  const informers = new Informers({ ...tools, client: harness.client });
  const deps = { ...tools, informers, client: createLocalClient(harness.api, controller, 'kube-controller-manager') };
  const signed: Parameters<SignRequest>[1][] = [];
  const note: SignRequest = async (_request, terms) => {
    signed.push(terms);
    return pem;
  };
  const actors = [createCertificateApprover(deps), createCertificateSigner({ ...deps, sign: sign ?? note })];
  informers.start();
  for (const actor of actors) actor.start();
  const stop = async (): Promise<void> => {
    await Promise.all(actors.map((actor) => actor.stop()));
    informers.stop();
  };
  return { harness, signed, stop };
}

const nodeSpec = {
  request: testRequests.nodeClient,
  usages: ['digital signature', 'client auth'],
  signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
};

function create(client: Client, spec: CertificateSigningRequest['spec']): Promise<CertificateSigningRequest> {
  return client.create(certificateSigningRequests, { metadata: { name: 'x' }, spec });
}

function bind(harness: Harness, name: string): Promise<unknown> {
  const apiGroup = 'rbac.authorization.k8s.io';
  return harness.client.create(clusterRoleBindings, {
    metadata: { name: name.replaceAll(':', '-') },
    roleRef: { apiGroup, kind: 'ClusterRole', name },
    subjects: [{ apiGroup, kind: 'Group', name: 'system:bootstrappers' }],
  });
}

test('a new node gets its certificate as upstream: by two bindings, the second of which may come later', async () => {
  const { harness, signed, stop } = await start();
  const { clock, client } = harness;
  await bind(harness, 'system:node-bootstrapper');
  await create(createLocalClient(harness.api, bootstrapper, 'kubelet'), nodeSpec);
  await clock.advance(minute);
  assert.deepEqual((await client.get(certificateSigningRequests, { name: 'x' })).status, {}, 'nobody permitted it');
  await bind(harness, 'system:certificates.k8s.io:certificatesigningrequests:nodeclient');
  await clock.advance(5 * minute);
  const { status } = await client.get(certificateSigningRequests, { name: 'x' });
  assert.deepEqual(
    status.conditions?.map(({ type, reason }) => [type, reason]),
    [['Approved', 'AutoApproved']],
  );
  assert.equal(Buffer.from(status.certificate ?? '', 'base64').toString(), pem);
  assert.deepEqual(signed[0]?.usages, nodeSpec.usages);
  await stop();
});

function approve({ client }: Harness, request: CertificateSigningRequest): Promise<CertificateSigningRequest> {
  const conditions = [{ type: 'Approved', status: 'True', lastUpdateTime: null, lastTransitionTime: null }];
  const approved = { ...request, status: { conditions } };
  return client.update(certificateSigningRequests, approved, { subresource: 'approval' });
}

test('what a signer cannot sign fails, and says why', async () => {
  const { harness, signed, stop } = await start();
  const spec = {
    request: testRequests.alice,
    usages: ['server auth'],
    signerName: 'kubernetes.io/kube-apiserver-client',
  };
  await approve(harness, await create(harness.client, spec));
  await harness.clock.advance(minute);
  const { status } = await harness.client.get(certificateSigningRequests, { name: 'x' });
  const [, failed] = status.conditions ?? [];
  assert.deepEqual(
    [failed?.type, failed?.reason, failed?.message],
    ['Failed', 'SignerValidationFailure', 'invalid usage for client certificate: server auth'],
  );
  assert.deepEqual([status.certificate, signed], [undefined, []]);
  await stop();
});

test('signing that goes wrong is tried again', async () => {
  let tries = 0;
  const { harness, stop } = await start(async () => {
    tries += 1;
    if (tries < 3) throw new Error('no key');
    return pem;
  });
  const spec = {
    request: testRequests.alice,
    usages: ['client auth'],
    signerName: 'kubernetes.io/kube-apiserver-client',
  };
  await approve(harness, await create(harness.client, spec));
  await harness.clock.advance(minute);
  assert.equal(tries, 3);
  assert.ok((await harness.client.get(certificateSigningRequests, { name: 'x' })).status.certificate);
  await stop();
});
