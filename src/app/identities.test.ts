import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeUser } from '#api/access/node-identity.ts';
import type { User } from '#api/api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { startActors } from '#app/actors.ts';
import { startAgents } from '#app/agents.ts';
import { type ControlPlane, startControlPlane } from '#app/control-plane.ts';
import { programs } from '#app/identities.ts';
import { silentLogger as log } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { Client } from '#client/client.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { cronJobs } from '#kinds/cron-job/cron-job.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import { events } from '#kinds/event/event.ts';
import { jobs } from '#kinds/job/job.ts';
import { isApiError } from '#kinds/meta/errors.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { nodes } from '#kinds/node/node.ts';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import { pods } from '#kinds/pod/pod.ts';
import { podDisruptionBudgets } from '#kinds/pod-disruption-budget/pod-disruption-budget.ts';
import { clusterRoles } from '#kinds/rbac/roles.ts';
import { resourceQuotas } from '#kinds/resource-quota/resource-quota.ts';
import { secrets } from '#kinds/secret/secret.ts';
import { services } from '#kinds/service/service.ts';
import { createSimulatedRuntime } from '#node/runtime/simulated/simulated-runtime.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';

const minute = 60_000;

/** A cluster whose parts' requests are noted: who wrote what, and what was refused. */
async function start() {
  const clock = new VirtualClock();
  const tools = { clock, random: seededRandom('identities'), log };
  const inner = await startControlPlane({ ...tools, store: createMemoryStore(tools), nodes: () => undefined });
  const wrote = new Map<string, Set<string>>();
  const refused: string[] = [];
  const authorize: typeof inner.api.authorize = async (context, attributes) => {
    const { verb } = attributes;
    if ('plural' in attributes && !['get', 'list', 'watch'].includes(verb)) {
      const known = wrote.get(context.user.name) ?? new Set();
      wrote.set(context.user.name, known.add(`${verb} ${attributes.plural}`));
    }
    try {
      await inner.api.authorize(context, attributes);
    } catch (error) {
      if (isApiError(error)) refused.push(error.message);
      throw error;
    }
  };
  const client = (agent: string, user?: User): Client =>
    user === undefined ? inner.client(agent) : createLocalClient({ ...inner.api, authorize }, user, agent);
  const plane: ControlPlane = { ...inner, client };
  const actors = startActors({ ...tools, plane, rootCa: '', localZone: 'UTC' });
  const join = (name: string) => {
    const runtime = createSimulatedRuntime({ ...tools, version: '0' });
    return startAgents({
      ...tools,
      workers: [{ name, runtime, quiet: false }],
      client: (node) => plane.client(programs.node, nodeUser(node)),
      pods: actors.podSource,
      services: actors.services,
      apiServer: () => undefined,
    });
  };
  return { clock, client: inner.client('test'), wrote, refused, join, actors, plane };
}

const template = (more: object = {}, metadata: object = {}) => ({
  metadata: { labels: { app: 'x' }, ...metadata },
  spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i', resources: {} }], ...more },
});
const brief = { annotations: { 'sampan.dev/simulate': '[{"run": "1s"}]' } };

test('every part of the cluster works under a name of its own, whose rights suffice', async () => {
  const { clock, client, wrote, refused, join, actors, plane } = await start();
  const agents = new Map(['a', 'b'].map((name) => [name, join(name)]));
  const namespace = 'team';
  await client.create(namespaces, { metadata: { name: namespace }, spec: {} });
  await clock.advance(20_000);
  const meta = (name: string, more: object = {}) => ({ metadata: { name, namespace, ...more } });
  await client.create(configMaps, { ...meta('settings'), data: { a: '1' } });
  await client.create(secrets, { ...meta('key'), data: { a: 'MQ==' } });
  await client.create(resourceQuotas, { ...meta('quota'), spec: { hard: { pods: '50' } } });
  const selector = { matchLabels: { app: 'x' } };
  await client.create(podDisruptionBudgets, { ...meta('budget'), spec: { minAvailable: 1, selector } });
  const ports = [{ port: 80 }];
  await client.create(services, { ...meta('front'), spec: { selector: selector.matchLabels, ports } });
  const volumes = [
    { name: 's', configMap: { name: 'settings' } },
    { name: 'k', secret: { secretName: 'key' } },
  ];
  const jobSpec = { template: template({ volumes }, brief), ttlSecondsAfterFinished: 60 };
  await client.create(jobs, { ...meta('first'), spec: { ...jobSpec, completions: 3, parallelism: 2 } });
  const waits = { annotations: { 'sampan.dev/depends-on': 'first' } };
  await client.create(jobs, { ...meta('second', waits), spec: jobSpec });
  await client.create(cronJobs, {
    ...meta('tick'),
    spec: { schedule: '* * * * *', jobTemplate: { metadata: {}, spec: jobSpec } },
  });
  const always = template({ restartPolicy: 'Always' });
  await client.create(daemonSets, { ...meta('agent'), spec: { selector, template: always, updateStrategy: {} } });
  const lost = { nodeName: 'nowhere', containers: [{ name: 'c', image: 'i', resources: {} }] };
  await client.create(pods, { ...meta('lost'), spec: lost });
  await client.create(persistentVolumes, {
    metadata: { name: 'disk' },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/disk' } },
  });
  const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  await client.create(persistentVolumeClaims, { ...meta('data'), spec: { ...claim, storageClassName: '' } });
  const ephemeral = { volumeClaimTemplate: { metadata: {}, spec: claim } };
  const scratch = { containers: [{ name: 'c', image: 'i', resources: {} }], volumes: [{ name: 'v', ephemeral }] };
  await client.create(pods, { ...meta('scratch'), spec: scratch });
  const labels = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' };
  const rules = [{ verbs: ['get'], apiGroups: ['x'], resources: ['y'] }];
  await client.create(clusterRoles, { metadata: { name: 'more', labels }, rules });
  await clock.advance(3 * minute);

  // A change of template, a dead node, a node that is gone, pods put out, and at last the end of it all.
  const image = { spec: { template: { spec: { containers: [{ name: 'c', image: 'j' }] } } } };
  await client.patch(daemonSets, { namespace, name: 'agent' }, { type: 'strategic', body: image });
  await clock.advance(minute);
  const taints = [{ key: 'out', effect: 'NoExecute' }];
  await client.patch(nodes, { name: 'b' }, { type: 'merge', body: { spec: { taints } } });
  await clock.advance(minute);
  await agents.get('b')?.stop();
  await clock.advance(10 * minute);
  await client.delete(nodes, { name: 'b' });
  await clock.advance(10 * minute);
  await client.delete(daemonSets, { namespace, name: 'agent' }, { propagationPolicy: 'Foreground' });
  await client.delete(namespaces, { name: namespace });
  await client.delete(persistentVolumes, { name: 'disk' });
  await clock.advance(2 * minute);

  assert.deepEqual(refused, []);
  const account = (name: string): string => `system:serviceaccount:kube-system:${name}`;
  const expected: readonly (readonly [string, string])[] = [
    [account('job-controller'), 'create pods'],
    [account('cronjob-controller'), 'create jobs'],
    [account('daemon-set-controller'), 'create controllerrevisions'],
    [account('job-order-controller'), 'update jobs'],
    [account('ttl-after-finished-controller'), 'delete jobs'],
    [account('generic-garbage-collector'), 'delete pods'],
    [account('namespace-controller'), 'deletecollection configmaps'],
    [account('disruption-controller'), 'update poddisruptionbudgets'],
    [account('endpoint-controller'), 'create endpoints'],
    [account('endpointslice-controller'), 'create endpointslices'],
    [account('resourcequota-controller'), 'update resourcequotas'],
    [account('pod-garbage-collector'), 'delete pods'],
    [account('node-controller'), 'patch nodes'],
    [account('clusterrole-aggregation-controller'), 'patch clusterroles'],
    [account('service-account-controller'), 'create serviceaccounts'],
    [account('root-ca-cert-publisher'), 'create configmaps'],
    [account('persistent-volume-binder'), 'update persistentvolumeclaims'],
    [account('pvc-protection-controller'), 'update persistentvolumeclaims'],
    [account('pv-protection-controller'), 'update persistentvolumes'],
    [account('ephemeral-volume-controller'), 'create persistentvolumeclaims'],
    [account('volume-provisioner'), 'create storageclasses'],
    ['system:kube-scheduler', 'create pods'],
    ['system:node:a', 'patch pods'],
  ];
  const missing = expected.filter(([user, what]) => wrote.get(user)?.has(what) !== true);
  assert.deepEqual(missing, []);
  assert.deepEqual(
    [...wrote.keys()].toSorted(),
    [...new Set([...expected.map(([user]) => user), 'system:node:b'])].toSorted(),
  );
  await agents.get('a')?.stop();
  await actors.stop();
  await plane.stop();
});

test('what the parts write bears the names that operators know', async () => {
  const { clock, client, join, actors, plane } = await start();
  const agent = join('a');
  await clock.advance(20_000);
  await client.create(jobs, { metadata: { name: 'j', namespace: 'default' }, spec: { template: template({}, brief) } });
  await clock.advance(20_000);
  const [pod] = (await client.list(pods, { namespace: 'default' })).items;
  const managers = (pod?.metadata.managedFields ?? []).map(
    ({ manager, subresource }) => `${manager}/${subresource ?? ''}`,
  );
  assert.deepEqual(managers, ['kube-controller-manager/', 'kubelet/status']);
  const told = (await client.list(events, { namespace: 'default' })).items;
  const sources = new Set(told.map(({ source, reportingComponent }) => source?.component || reportingComponent));
  assert.deepEqual([...sources].toSorted(), ['default-scheduler', 'job-controller', 'kubelet', 'node-controller']);
  await agent.stop();
  await actors.stop();
  await plane.stop();
});
