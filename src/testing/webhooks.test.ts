import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isFinished } from '#kinds/job/finished.ts';
import { jobs } from '#kinds/job/job.ts';
import { patching, startTestWebhook, type TestWebhook } from '#server/test-webhook.ts';
import { createCluster } from '#testing/create-cluster.ts';
import { conditionsOf, jobOf, podsOf, simulatedJob } from '#testing/test-jobs.ts';

let webhook: TestWebhook;
before(async () => {
  webhook = await startTestWebhook();
});
after(() => webhook.close());

function configuration(): string {
  return `
    apiVersion: admissionregistration.k8s.io/v1
    kind: MutatingWebhookConfiguration
    metadata: { name: labels }
    webhooks:
      - name: labels.example.com
        clientConfig: { url: '${webhook.url}/mutate', caBundle: ${webhook.caBundle} }
        rules: [{ operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods] }]
        admissionReviewVersions: [v1]
        sideEffects: None
  `;
}

test("a test's own webhook is asked in real time, and virtual time waits for its answer", async () => {
  const cluster = await createCluster({ seed: 'webhook' });
  try {
    webhook.reply = async () => {
      for (let turn = 0; turn < 1_000; turn++) await new Promise((resolve) => setImmediate(resolve));
      return patching({ op: 'add', path: '/metadata/labels/team', value: 'blue' });
    };
    await cluster.create(configuration());
    await cluster.client.create(jobs, simulatedJob('labelled', { completions: 3 }, { run: 1_000 }));
    const from = cluster.now();
    await cluster.runUntil(async () => isFinished(await jobOf(cluster.client, 'labelled')));
    assert.ok(cluster.now() - from < 10_000, 'three pods, one after the other, of a second each');
    const labels = (await podsOf(cluster.client, 'labelled')).map((pod) => pod.metadata.labels?.team);
    assert.deepEqual([labels, webhook.questions.length], [['blue', 'blue', 'blue'], 3]);
  } finally {
    await cluster.stop();
  }
});

test('a Job whose pods a webhook refuses has them as soon as it lets them pass', async () => {
  const cluster = await createCluster({ seed: 'refusal' });
  try {
    webhook.reply = () => ({ allowed: false, status: { message: 'not today' } });
    await cluster.create(configuration());
    await cluster.client.create(jobs, simulatedJob('refused', {}, { run: 1_000 }));
    await cluster.advance(60_000);
    assert.deepEqual(await podsOf(cluster.client, 'refused'), []);
    webhook.reply = () => ({ allowed: true });
    await cluster.advance(30 * 60_000);
    assert.deepEqual(conditionsOf(await jobOf(cluster.client, 'refused')), [
      'SuccessCriteriaMet/CompletionsReached',
      'Complete/CompletionsReached',
    ]);
  } finally {
    await cluster.stop();
  }
});
