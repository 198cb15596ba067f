import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, refusal } from '#api/test-harness.ts';
import { seededRandom } from '#base/random.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { nodeUser } from '../access/node-identity.ts';
import { createAuditedClient } from './audited-client.ts';
import { Auditor } from './auditor.ts';
import type { AuditPolicy } from './policy.ts';

const any = {
  users: [],
  userGroups: [],
  verbs: [],
  resources: [],
  namespaces: [],
  nonResourceURLs: [],
  omitStages: [],
};
const policy: AuditPolicy = {
  rules: [{ ...any, level: 'Request', omitManagedFields: undefined }],
  omitStages: ['RequestReceived'],
  omitManagedFields: true,
};

test('what the parts of the cluster do is written as if it had come over the wire', async () => {
  const { api, clock, configMap } = await Harness.start().then((harness) => ({
    ...harness,
    clock: harness.clock,
    api: harness.api,
    configMap: (name: string) => harness.configMap(name),
  }));
  const lines: { readonly [field: string]: unknown }[] = [];
  const auditor = new Auditor({ policy, clock, sink: (line) => void lines.push(JSON.parse(line)) });
  const ids = seededRandom('audit').stream('ids');
  const client = createAuditedClient({ api, user: nodeUser('n1'), agent: 'kubelet', auditor, ids });
  await configMap('cm');
  const ref = { namespace, name: 'cm' };
  await refusal(client.get(configMaps, ref));
  await refusal(client.create(configMaps, { metadata: { namespace, name: 'new' }, data: { a: 'b' } }));
  const told = lines.map(({ verb, requestURI, user, userAgent, objectRef, responseStatus, requestObject }) => ({
    verb,
    requestURI,
    who: `${(user as { username: string }).username} by ${userAgent}`,
    objectRef,
    code: (responseStatus as { code: number }).code,
    data: (requestObject as { data: object } | undefined)?.data,
  }));
  const who = 'system:node:n1 by kubelet';
  const place = { resource: 'configmaps', namespace, apiVersion: 'v1' };
  const uri = '/api/v1/namespaces/default/configmaps';
  assert.deepEqual(told, [
    { verb: 'get', requestURI: `${uri}/cm`, who, objectRef: { ...place, name: 'cm' }, code: 403, data: undefined },
    { verb: 'create', requestURI: uri, who, objectRef: { ...place, name: 'new' }, code: 403, data: { a: 'b' } },
  ]);
});
