import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aggregatedDiscovery } from '#api/discovery/aggregated.ts';
import { servedGroups } from '#api/discovery/groups.ts';
import { apiGroupList, apiResourceList } from '#api/discovery/legacy.ts';
import { catalog } from '#kinds/catalog.ts';
import { jobs } from '#kinds/job/job.ts';

test('the core group is offered first, then the groups in the order that bare names are resolved by', () => {
  const names = servedGroups(catalog).map(({ name }) => name);
  assert.equal(names[0], '');
  assert.ok(names.indexOf('batch') < names.indexOf('scheduling.k8s.io'));
  assert.ok(names.indexOf('scheduling.k8s.io') < names.indexOf('coordination.k8s.io'));
});

test('a group nobody ranked comes last', () => {
  const boats = { ...jobs, group: 'aaa.example' } as unknown as (typeof catalog)[number];
  assert.equal(servedGroups([boats, ...catalog]).at(-1)?.name, 'aaa.example');
});

test('the two forms of discovery tell of the same resources', () => {
  const groups = servedGroups(catalog);
  const legacy = groups.flatMap(({ versions }) =>
    versions.flatMap((served) => {
      const { resources } = apiResourceList(served) as { resources: readonly { name: string }[] };
      return resources.map(({ name }) => `${served.groupVersion} ${name}`);
    }),
  );
  interface Item {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources: readonly { resource: string; subresources?: readonly { subresource: string }[] }[];
    }[];
  }
  const { items } = aggregatedDiscovery(groups) as { items: readonly Item[] };
  const aggregated = items.flatMap(({ metadata, versions }) =>
    versions.flatMap(({ version, resources }) =>
      resources.flatMap(({ resource, subresources = [] }) => {
        const groupVersion = metadata.name === undefined ? version : `${metadata.name}/${version}`;
        const names = [resource, ...subresources.map(({ subresource }) => `${resource}/${subresource}`)];
        return names.map((name) => `${groupVersion} ${name}`);
      }),
    ),
  );
  assert.deepEqual(aggregated, legacy);
});

test('the list of groups leaves the core group out', () => {
  const { groups } = apiGroupList(servedGroups(catalog)) as { groups: readonly { name: string }[] };
  assert.ok(groups.every(({ name }) => name !== ''));
});

test('only what is stored tells of the form in which it is stored', () => {
  const core = servedGroups(catalog)[0]?.versions[0] ?? assert.fail();
  const { resources } = apiResourceList(core) as {
    resources: readonly { name: string; storageVersionHash?: string }[];
  };
  const hashOf = (plural: string) => resources.find(({ name }) => name === plural)?.storageVersionHash;
  assert.deepEqual([hashOf('configmaps'), hashOf('componentstatuses')], ['qFsyl6wFWjQ=', undefined]);
});
