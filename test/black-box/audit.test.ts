import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { startCluster } from './cluster.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sampan-audit-'));
after(() => rmSync(folder, { recursive: true }));

const policy = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  resources: [{group: "", resources: [secrets]}]
- level: Request
  verbs: [create, delete]
  resources: [{group: "", resources: [configmaps]}]
- level: None
`;

interface Line {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly userAgent: string;
  readonly objectRef: { readonly resource: string; readonly name?: string; readonly namespace?: string };
  readonly requestObject?: { readonly data?: object };
  readonly responseStatus: { readonly code: number };
}

test('the audit log tells who made a secret and not what is in it, and no line is lost at the end', async () => {
  const file = path.join(folder, 'audit.log');
  const policyFile = path.join(folder, 'policy.yaml');
  writeFileSync(policyFile, policy);
  const cluster = await startCluster({ args: ['server', '--audit-policy-file', policyFile, '--audit-log-path', file] });
  try {
    const secret = ['create', 'secret', 'generic', 'login', '--from-literal=password=swordfish'];
    assert.equal((await cluster.kubectl('v35', ...secret)).code, 0);
    assert.equal((await cluster.kubectl('v35', 'create', 'configmap', 'settings', '--from-literal=a=b')).code, 0);
    assert.equal((await cluster.kubectl('v35', 'delete', 'configmap', 'settings')).code, 0);
  } finally {
    assert.equal(await cluster.stop(), 0);
  }
  const text = readFileSync(file, 'utf8');
  for (const word of ['swordfish', Buffer.from('swordfish').toString('base64')]) assert.ok(!text.includes(word));
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line): Line => JSON.parse(line));
  const ours = lines.filter(({ userAgent }) => userAgent.startsWith('kubectl/'));
  assert.deepEqual(
    ours.map(
      ({ verb, objectRef, responseStatus }) => `${verb} ${objectRef.resource} ${objectRef.name} ${responseStatus.code}`,
    ),
    ['create secrets login 201', 'create configmaps settings 201', 'delete configmaps settings 200'],
  );
  assert.deepEqual(ours[1]?.requestObject?.data, { a: 'b' });
  const publisher = 'system:serviceaccount:kube-system:root-ca-cert-publisher';
  const published = lines.filter(({ user }) => user.username === publisher).map(({ objectRef }) => objectRef.namespace);
  assert.ok(published.includes('default'), 'what controllers do is there, too');
});
