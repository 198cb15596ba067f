import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { silentLogger as log } from '#base/log.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { openAuditLog } from './audit-log.ts';
import { readAuditPolicy } from './policy-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sampan-policy-'));
after(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'policy.yaml');
const head = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';

function policyOf(text: string) {
  writeFileSync(file, text);
  return readAuditPolicy(file);
}

test("a policy in upstream's form is read", () => {
  const rules = `rules:
- level: None
  users: ["system:kube-proxy"]
  resources: [{group: "", resources: ["endpoints", "pods/log"]}]
- level: RequestResponse
  nonResourceURLs: ["/api*"]
  omitStages: ["ResponseStarted"]
  omitManagedFields: true
`;
  const policy = policyOf(`${head}omitStages: ["RequestReceived"]\n${rules}`);
  assert.deepEqual(policy.omitStages, ['RequestReceived']);
  assert.deepEqual(policy.rules[0]?.resources, [
    { group: '', resources: ['endpoints', 'pods/log'], resourceNames: [] },
  ]);
  assert.deepEqual(
    policy.rules.map(({ level, omitManagedFields }) => [level, omitManagedFields]),
    [
      ['None', undefined],
      ['RequestResponse', true],
    ],
  );
});

test('what makes no sense is refused by its place, with what was probably meant', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['kind: Policy\napiVersion: v1\n', /expected apiVersion audit\.k8s\.io\/v1 and kind Policy, not v1 and Policy$/],
    [`${head}rules: []\n`, /rules: Required value/],
    [`${head}rules: [{}]\n`, /rules\[0\]\.level: Required value: one of None, Metadata/],
    [`${head}rules: [{level: metadata}]\n`, /Unsupported value: "metadata".*did you mean "Metadata"\?$/],
    [`${head}rules: [{levl: Metadata}]\n`, /unknown field "rules\[0\]\.levl"; did you mean "rules\[0\]\.level"\?$/],
    [`${head}rules: [{level: Request, verbs: get}]\n`, /verbs/],
    [`${head}rules: [{level: Request, omitStages: [Received]}]\n`, /rules\[0\]\.omitStages\[0\]: Unsupported value/],
    [
      `${head}rules: [{level: Request, nonResourceURLs: [healthz]}]\n`,
      /nonResourceURLs\[0\]: Invalid value: "healthz": non-resource URL rules must begin with/,
    ],
    [`${head}rules: [{level: Request, nonResourceURLs: [/a*/b]}]\n`, /must be the final character of the rule/],
    [`${head}rules: [{level: Request, nonResourceURLs: [/a], namespaces: [b]}]\n`, /cannot apply to both/],
    [`${head}rules: [{level: Request, resources: [{resourceNames: [a]}]}]\n`, /requires at least one resource/],
    [`${head}rules: {`, /yaml/],
  ];
  for (const [text, expected] of cases) {
    assert.throws(() => policyOf(text), { name: 'ConfigError', message: expected }, text);
    assert.throws(() => policyOf(text), new RegExp(`Cannot use the audit policy ${file}: `));
  }
  assert.throws(() => readAuditPolicy('/nowhere/policy'), /Cannot use the audit policy \/nowhere\/policy: ENOENT/);
});

test('a policy needs a log and a log needs a policy', async () => {
  const sizes = { auditLogMaxSize: 0, auditLogMaxBackup: 0, auditLogMaxAge: 0 };
  const tools = { clock: new VirtualClock(), log };
  const open = (auditPolicyFile: string | undefined, auditLogPath: string | undefined) =>
    openAuditLog({ ...sizes, auditPolicyFile, auditLogPath }, tools);
  await assert.rejects(open(undefined, 'a.log'), /--audit-policy-file/);
  await assert.rejects(open('p.yaml', undefined), /--audit-log-path/);
  writeFileSync(file, `${head}rules: [{level: Metadata}]\n`);
  await assert.rejects(open(file, '/nowhere/a.log'), /Cannot write the audit log \/nowhere\/a\.log: ENOENT/);
});
