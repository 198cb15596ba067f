import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { ended, startCluster, type TestCluster } from './cluster.ts';
import type { KubectlVersion } from './kubectl.ts';
import { succeeding } from './succeeding.ts';

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: crontabs.stable.example.com}
spec:
  group: stable.example.com
  scope: Namespaced
  names: {plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}
    selectableFields: [{jsonPath: .spec.image}]
    additionalPrinterColumns:
    - {name: Spec, type: string, jsonPath: .spec.cronSpec}
    - {name: Replicas, type: integer, jsonPath: .spec.replicas}
    - {name: Image, type: string, priority: 1, jsonPath: .spec.image}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            description: What runs when.
            required: [cronSpec]
            properties:
              cronSpec: {type: string, description: The five fields of cron.}
              image: {type: string}
              replicas: {type: integer, minimum: 0, maximum: 10, default: 1}
              ports:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items:
                  type: object
                  required: [name]
                  properties: {name: {type: string}, port: {type: integer}}
          status:
            type: object
            properties: {replicas: {type: integer}}
`;

const cronTab = (image: string, port: string): string => `
apiVersion: stable.example.com/v1
kind: CronTab
metadata: {name: mine}
spec: {cronSpec: "* * * * */5", image: ${image}, ports: [{name: ${port}, port: 80}]}
`;

const folder = mkdtempSync(path.join(tmpdir(), 'sampan-custom-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const full = path.join(folder, name);
  writeFileSync(full, text);
  return full;
}

const crd = file('crd.yaml', definition);
const mine = file('mine.yaml', cronTab('first', 'web'));
const changed = file('changed.yaml', cronTab('second', 'web'));
const added = file('added.yaml', cronTab('second', 'more'));

/** The whole life of a custom resource, told by one kubectl. */
async function story(cluster: TestCluster, version: KubectlVersion): Promise<void> {
  const kubectl = succeeding(cluster, version);
  const failing = async (...args: readonly string[]): Promise<string> => {
    const { code, stderr } = await cluster.kubectl(version, ...args);
    assert.notEqual(code, 0);
    return stderr;
  };
  const field = (jsonpath: string): Promise<string> => kubectl('get', 'ct', 'mine', '-o', `jsonpath={${jsonpath}}`);

  await kubectl('create', '-f', crd);
  await kubectl('wait', '--for=condition=Established', 'crd/crontabs.stable.example.com', '--timeout=20s');
  await kubectl('create', '-f', mine);
  assert.match(await kubectl('get', 'crontabs'), /NAME +SPEC +REPLICAS\nmine +\* \* \* \* \*\/5 +1\n/);
  assert.match(await kubectl('get', 'ct', '-o', 'wide'), /IMAGE\n.* first\n/);
  assert.match(await kubectl('get', 'all'), /crontab.stable.example.com\/mine/);
  assert.equal(
    await kubectl('get', 'ct', '--field-selector=spec.image=first', '-o', 'name'),
    'crontab.stable.example.com/mine\n',
  );
  assert.equal(await kubectl('get', 'ct', '--field-selector=spec.image=other', '-o', 'name'), '');
  const explained = await kubectl('explain', 'crontab.spec');
  assert.match(explained, /KIND: +CronTab/);
  assert.match(explained, /What runs when.*cronSpec\t<string> -required-\s+The five fields of cron/s);

  await kubectl('apply', '--server-side', '--field-manager=one', '--force-conflicts', '-f', changed);
  await kubectl('apply', '--server-side', '--field-manager=two', '-f', added);
  assert.equal(await field('.spec.ports[*].name'), 'web more');
  assert.equal(await field('.spec.image'), 'second');
  assert.match(
    await failing('apply', '--server-side', '--field-manager=three', '-f', mine),
    /conflicts with "one":.*spec.image/s,
  );
  await kubectl('apply', '-f', mine);
  assert.match(await kubectl('apply', '-f', mine), /unchanged/);

  await kubectl('patch', 'ct', 'mine', '--type=merge', '-p', '{"spec":{"replicas":2}}');
  assert.match(
    await failing('patch', 'ct', 'mine', '-p', '{"spec":{"replicas":2}}'),
    /not supported by stable.example.com/,
  );
  assert.match(
    await failing('patch', 'ct', 'mine', '--type=merge', '-p', '{"spec":{"replicas":70}}'),
    /spec.replicas in body should be less than or equal to 10/,
  );
  await kubectl('patch', 'ct', 'mine', '--subresource=status', '--type=merge', '-p', '{"status":{"replicas":2}}');
  await kubectl('scale', 'ct/mine', '--replicas=4', '--current-replicas=2');
  assert.equal(await field('.spec.replicas}{.status.replicas}{.metadata.generation'), '426');
}

describe('custom resources', () => {
  for (const version of ['v35', 'v32'] as const) {
    test(`kubectl ${version} defines, uses and deletes them`, async () => {
      const cluster = await startCluster({ args: ['server'] });
      try {
        await story(cluster, version);
        const kubectl = succeeding(cluster, version);
        await kubectl('delete', 'ct', 'mine');
        await kubectl('create', '-f', mine);
        await kubectl('delete', '-f', crd, '--timeout=20s');
        const { stderr } = await cluster.kubectl(version, 'get', '--raw', '/apis/stable.example.com/v1/crontabs');
        assert.match(stderr, /NotFound|could not find the requested resource/);
        await kubectl('create', '-f', crd);
        await kubectl('wait', '--for=condition=Established', 'crd/crontabs.stable.example.com', '--timeout=20s');
        assert.equal(await kubectl('get', 'ct', '-o', 'name'), '');
      } finally {
        await cluster.stop();
      }
    });
  }

  test('they are there again after the server was killed', async () => {
    const dataDir = path.join(folder, 'data');
    const first = await startCluster({ args: ['server'], dataDir });
    const kubectl = succeeding(first, 'v35');
    await kubectl('create', '-f', crd);
    await kubectl('wait', '--for=condition=Established', 'crd/crontabs.stable.example.com', '--timeout=20s');
    await kubectl('create', '-f', mine);
    await ended(first.process, 'SIGKILL');
    const second = await startCluster({ args: ['server'], dataDir });
    try {
      const again = succeeding(second, 'v35');
      assert.equal(await again('get', 'ct', '-o', 'name'), 'crontab.stable.example.com/mine\n');
      await again('delete', 'crd', 'crontabs.stable.example.com', '--timeout=20s');
    } finally {
      await second.stop();
    }
  });
});
