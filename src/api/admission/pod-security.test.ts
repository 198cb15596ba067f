import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, plainWrite, refusal } from '#api/test-harness.ts';
import { jobs } from '#kinds/job/job.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { pods } from '#kinds/pod/pod.ts';
import { decode } from '#schema/decode.ts';

const prefix = 'pod-security.kubernetes.io/';
const ref = { name: namespace };

async function label(harness: Harness, labels: { readonly [mode: string]: string | null }): Promise<void> {
  const entries = Object.entries(labels).map(([mode, value]) => [prefix + mode, value]);
  const value = { metadata: { labels: Object.fromEntries(entries) } };
  const request = { ...plainWrite, type: 'merge', patch: { value }, force: undefined } as const;
  await harness.api.patch(harness.context, { ...harness.target(namespaces, namespace) }, request);
}

async function withLabels(labels: { readonly [mode: string]: string }): Promise<Harness> {
  const harness = await Harness.start();
  await label(harness, labels);
  return harness;
}

const good = {
  containers: [
    {
      name: 'main',
      image: 'i:1',
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
  ],
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
};

test('an enforced level refuses pods with everything they break', async () => {
  const harness = await withLabels({ enforce: 'baseline' });
  const containers = [
    { name: 'a', image: 'i:1', securityContext: { privileged: true }, ports: [{ containerPort: 80, hostPort: 80 }] },
    { name: 'b', image: 'i:1', securityContext: { capabilities: { add: ['SYS_ADMIN'] } } },
  ];
  const volumes = [{ name: 'v', hostPath: { path: '/' } }];
  const refused = await refusal(harness.pod('p', { containers, volumes, hostPID: true }));
  assert.equal(
    refused.message,
    'pods "p" is forbidden: violates PodSecurity "baseline:latest": ' +
      'non-default capabilities (container "b" must not include "SYS_ADMIN" in securityContext.capabilities.add), ' +
      'host namespaces (hostPID=true), hostPath volumes (volume "v"), hostPort (container "a" uses hostPort 80), ' +
      'privileged (container "a" must not set securityContext.privileged=true)',
  );
  await harness.pod('fine');
});

test('restricted pods run as nobody in particular and may nothing', async () => {
  const harness = await withLabels({ enforce: 'restricted', 'enforce-version': 'v1.30' });
  await harness.pod('good', good);
  const refused = await refusal(
    harness.pod('p', { securityContext: { runAsUser: 0 }, volumes: [{ name: 'v', nfs: { server: 's', path: '/' } }] }),
  );
  assert.match(
    refused.message,
    /violates PodSecurity "restricted:v1.30": allowPrivilegeEscalation != false \(container "main" must set/,
  );
  assert.match(
    refused.message,
    /restricted volume types \(volume "v" uses restricted volume type "nfs"\), runAsNonRoot != true/,
  );
  assert.match(refused.message, /runAsUser=0 \(pod must not set runAsUser=0\)/);
});

test('workloads are only warned about; labels of pods that run may change', async () => {
  const harness = await Harness.start();
  await harness.pod('old');
  await label(harness, { enforce: 'restricted' });
  harness.warnings.length = 0;
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'i:1' }] } };
  const body = { metadata: { name: 'j', namespace }, spec: { template } };
  await harness.api.create(
    harness.context,
    harness.target(jobs),
    decode(jobs.schema, body).value as object,
    plainWrite,
  );
  assert.match(
    harness.warnings.join(),
    /^would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false/,
  );
  const patch = { value: { metadata: { labels: { a: 'b' } } } };
  const request = { ...plainWrite, type: 'merge', patch, force: undefined } as const;
  await harness.api.patch(harness.context, { ...harness.target(pods, 'old') }, request);
  const image = { value: { spec: { containers: [{ name: 'main', image: 'i:2' }] } } };
  const target = { ...harness.target(pods, 'old') };
  const refused = await refusal(
    harness.api.patch(harness.context, target, { ...request, type: 'strategic', patch: image }),
  );
  assert.match(refused.message, /violates PodSecurity/);
});

test('raising the level names the pods that would break it', async () => {
  const harness = await Harness.start();
  await harness.pod('a');
  await harness.pod('b');
  await harness.pod('good', good);
  harness.warnings.length = 0;
  await label(harness, { enforce: 'restricted' });
  assert.deepEqual(harness.warnings, [
    'existing pods in namespace "default" violate the new PodSecurity enforce level "restricted:latest"',
    'a (and 1 other pod): allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile',
  ]);
});

test('pods of one controller share a line, the lines have an order, and a lowered level says nothing', async () => {
  const harness = await Harness.start();
  await harness.pod('z');
  await harness.pod('a', { hostPID: true });
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'u', controller: true };
  await harness.pod('c', {}, { ownerReferences: [owner] });
  await harness.pod('b', {}, { ownerReferences: [owner] });
  harness.warnings.length = 0;
  await label(harness, { enforce: 'restricted' });
  const [, ...texts] = harness.warnings.splice(0);
  assert.match(texts[0] ?? '', /^a: host namespaces, allowPrivilegeEscalation/);
  assert.match(texts[1] ?? '', /^b \(and 2 other pods\): allowPrivilegeEscalation/);
  await label(harness, { enforce: 'baseline' });
  assert.deepEqual(harness.warnings, [], 'less than before');
  await label(harness, { 'enforce-version': 'v1.30' });
  assert.match(harness.warnings.join(), /"baseline:v1.30",a: host namespaces$/);
});

test('labels that are no levels are refused', async () => {
  const harness = await Harness.start();
  const refused = await refusal(label(harness, { enforce: 'strict', 'warn-version': '1.2' }));
  assert.equal(
    refused.message,
    'Namespace "default" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of ' +
      'privileged, baseline, restricted, metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "1.2": must be "latest" or "v1.x"]',
  );
  assert.equal((await harness.client.get(namespaces, ref)).metadata.labels?.[`${prefix}enforce`], undefined);
});
