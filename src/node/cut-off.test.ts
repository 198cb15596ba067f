import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { present } from '#base/assert.ts';
import type { Client } from '#client/client.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { leases } from '#kinds/lease/lease.ts';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import { pods } from '#kinds/pod/pod.ts';
import { secrets } from '#kinds/secret/secret.ts';
import { services } from '#kinds/service/service.ts';
import type { ContainerConfig, Runtime } from '#node/runtime/runtime.ts';
import { type Link, linkTo } from '#node/test-link.ts';
import { bind, reaches, type World, world } from '#node/test-world.ts';
import type { Payload } from '#node/volumes/payload.ts';

const root = mkdtempSync(join(tmpdir(), 'sampan-cut-off-'));
after(() => rmSync(root, { recursive: true, force: true }));

const namespace = 'default';

interface Site extends World {
  readonly link: Link;
  /** Every container that was started. */
  readonly started: ContainerConfig[];
  /** What was last written into each volume. */
  readonly written: Map<string, Payload>;
  env(attempt: number, name: string): string | undefined;
}

/** A node with a link that can be cut, which lays out volumes. */
async function site(): Promise<Site> {
  const started: ContainerConfig[] = [];
  const written = new Map<string, Payload>();
  const adapt = (runtime: Runtime): Runtime =>
    Object.create(runtime, {
      volumes: { value: true },
      writeVolume: { value: async (directory: string, files: Payload) => void written.set(directory, files) },
      startContainer: {
        value: (config: ContainerConfig) => {
          started.push(config);
          return runtime.startContainer(config);
        },
      },
    }) as Runtime;
  let link: Link | undefined;
  const it = await world(adapt, {}, (client: Client) => {
    link = linkTo(client);
    return link.client;
  });
  await it.client.create(configMaps, { metadata: { namespace, name: 'kube-root-ca.crt' }, data: { 'ca.crt': '' } });
  const env = (attempt: number, name: string): string | undefined =>
    variable(
      started.find((config) => config.attempt === attempt),
      name,
    );
  return Object.assign(it, { link: present(link, 'the link'), started, written, env });
}

function variable(config: ContainerConfig | undefined, name: string): string | undefined {
  return config?.env.find((one) => one.name === name)?.value;
}

async function addService({ client }: World, name: string, clusterIP: string): Promise<void> {
  await client.create(services, {
    metadata: { namespace, name },
    spec: { clusterIP, ports: [{ port: 80, protocol: 'TCP' }] },
  });
}

const restarting = { restartPolicy: 'Always' };
const crash = { run: '30s', exit: 1 };

for (const how of ['refused', 'silent'] as const) {
  test(`a container is started again with what is known while the API server is away (${how})`, async () => {
    const it = await site();
    const { client, link } = it;
    await addService(it, 'db', '10.96.0.7');
    await client.create(configMaps, { metadata: { namespace, name: 'cm' }, data: { k: 'v' } });
    await client.create(secrets, { metadata: { namespace, name: 's' }, data: { p: 'cHc=' } });
    const metadata = { name: 'disk' };
    const accessModes = ['ReadWriteOnce' as const];
    const storage = { storage: '1Gi' };
    const claim = await client.create(persistentVolumeClaims, {
      metadata: { namespace, name: 'data' },
      spec: { accessModes, resources: { requests: storage }, storageClassName: '', volumeName: 'disk' },
    });
    await client.create(persistentVolumes, {
      metadata,
      spec: {
        accessModes,
        capacity: storage,
        storageClassName: '',
        hostPath: { path: join(root, how), type: 'DirectoryOrCreate' },
        claimRef: { namespace, name: 'data', uid: claim.metadata.uid },
      },
    } as never);
    await client.update(persistentVolumeClaims, { ...claim, status: { phase: 'Bound' } }, { subresource: 'status' });
    const volumes = [
      { name: 'config', configMap: { name: 'cm' } },
      { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
    ];
    const container = {
      name: 'c',
      image: 'i',
      envFrom: [{ configMapRef: { name: 'cm' } }],
      env: [{ name: 'P', valueFrom: { secretKeyRef: { name: 's', key: 'p' } } }],
      volumeMounts: volumes.map(({ name }) => ({ name, mountPath: `/${name}` })),
    };
    await bind(it, { simulate: crash, spec: { ...restarting, volumes, containers: [container] } });
    await reaches(it, 'Running');
    const running = it.clock.now();
    link.cut(how);
    await it.clock.advanceUntil(() => it.started.length === 2, 120_000);
    assert.equal(it.started.length, 2);
    assert(it.clock.now() - running < 60_000, `it took ${it.clock.now() - running} ms`);
    const names = ['k', 'P', 'DB_SERVICE_HOST'];
    assert.deepEqual(
      names.map((name) => it.env(1, name)),
      ['v', 'pw', '10.96.0.7'],
    );
    assert.deepEqual(it.started[1]?.mounts, it.started[0]?.mounts);
    link.mend();
    await it.agent.stop();
  });
}

test('services are listed once, from the first container on, and followed', async () => {
  const it = await site();
  const asked = () => it.link.calls.filter((call) => call.endsWith(' services'));
  await it.clock.advance(60_000);
  assert.deepEqual(asked(), []);
  await addService(it, 'db', '10.96.0.7');
  const unaware = { containers: [{ name: 'c', image: 'i' }], enableServiceLinks: false };
  await bind(it, { name: 'unaware', simulate: {}, spec: unaware });
  await reaches(it, 'Running', 60_000, 'unaware');
  assert.deepEqual(asked(), []);
  await bind(it, { name: 'a', simulate: {} });
  await reaches(it, 'Running', 60_000, 'a');
  await addService(it, 'web', '10.96.0.8');
  await it.clock.advance(0);
  await bind(it, { name: 'b', simulate: {} });
  await reaches(it, 'Running', 60_000, 'b');
  assert.deepEqual(asked(), ['watch services']);
  assert.deepEqual(
    it.started.map((config) => [variable(config, 'DB_SERVICE_HOST'), variable(config, 'WEB_SERVICE_HOST')]),
    [
      [undefined, undefined],
      ['10.96.0.7', undefined],
      ['10.96.0.7', '10.96.0.8'],
    ],
  );
  await it.agent.stop();
});

test('no container starts before services have been read once, and it says so', async () => {
  const it = await site();
  it.link.cut('refused', 'services');
  await bind(it, { simulate: {} });
  await it.clock.advance(11_000);
  const waiting = (await it.client.get(pods, { namespace, name: 'p' })).status.containerStatuses?.[0]?.state.waiting;
  assert.deepEqual(waiting, {
    reason: 'CreateContainerConfigError',
    message: 'services have not yet been read at least once, cannot construct envs',
  });
  assert.equal(it.started.length, 0);
  it.link.mend();
  await reaches(it, 'Running');
  await it.agent.stop();
});

test('files of a volume do for a restart when their source is gone, variables do not', async () => {
  const it = await site();
  const { client } = it;
  await client.create(configMaps, { metadata: { namespace, name: 'cm' }, data: { k: 'v' } });
  const volumes = [{ name: 'config', configMap: { name: 'cm' } }];
  const mounting = { name: 'mounts', image: 'i', volumeMounts: [{ name: 'config', mountPath: '/config' }] };
  const reading = { name: 'reads', image: 'i', envFrom: [{ configMapRef: { name: 'cm' } }] };
  await bind(it, { simulate: crash, spec: { ...restarting, volumes, containers: [mounting] } });
  await bind(it, { name: 'q', simulate: crash, spec: { ...restarting, containers: [reading] } });
  await reaches(it, 'Running');
  await reaches(it, 'Running', 60_000, 'q');
  await client.delete(configMaps, { namespace, name: 'cm' });
  await it.clock.advance(45_000);
  assert.deepEqual(
    it.started.map(({ name, attempt }) => `${name} ${attempt}`),
    ['mounts 0', 'reads 0', 'mounts 1'],
  );
  const waiting = (await client.get(pods, { namespace, name: 'q' })).status.containerStatuses?.[0]?.state.waiting;
  assert.equal(waiting?.message, 'configmap "cm" not found');
  await it.agent.stop();
});

test('of a pod that is over nothing is read any more', async () => {
  const it = await site();
  await it.client.create(configMaps, { metadata: { namespace, name: 'cm' }, data: { k: 'v' } });
  const volumes = [{ name: 'config', configMap: { name: 'cm' } }];
  const mounting = { name: 'mounts', image: 'i', volumeMounts: [{ name: 'config', mountPath: '/config' }] };
  await bind(it, { simulate: { run: '200s' }, spec: { volumes, containers: [mounting] } });
  const reads = () => it.link.calls.filter((call) => call === 'get configmaps').length;
  await it.clock.advance(190_000);
  assert(reads() > 2);
  await reaches(it, 'Succeeded');
  const before = reads();
  await it.clock.advance(600_000);
  assert.equal(reads(), before);
  await it.agent.stop();
});

test('after a time of silence the node shows soon that it lives', async () => {
  const it = await site();
  const renewed = async (): Promise<number> => {
    const { spec } = await it.client.get(leases, { namespace: 'kube-node-lease', name: 'n1' });
    return Date.parse(spec.renewTime ?? '');
  };
  it.link.cut('silent');
  await it.clock.advance(60_000);
  assert(it.clock.now() - (await renewed()) > 45_000);
  it.link.mend();
  await it.clock.advance(21_000);
  assert(it.clock.now() - (await renewed()) < 21_000);
  await it.agent.stop();
});
