import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startCluster, type TestCluster } from './cluster.ts';
import type { KubectlVersion } from './kubectl.ts';

/** Everything a user does with a Job, through the real kubectl. */
for (const version of ['v32', 'v35'] as const satisfies readonly KubectlVersion[]) {
  describe(`a Job through kubectl ${version}`, () => {
    let cluster: TestCluster;
    before(async () => {
      cluster = await startCluster();
    });
    after(() => cluster.stop());

    /** Runs kubectl, which must succeed, and gives what it printed. */
    async function kubectl(...args: readonly string[]): Promise<string> {
      const { code, stdout, stderr } = await cluster.kubectl(version, ...args);
      assert.equal(code, 0, `kubectl ${args.join(' ')} failed:\n${stdout}${stderr}`);
      return stdout;
    }

    async function refused(...args: readonly string[]): Promise<string> {
      const { code, stderr } = await cluster.kubectl(version, ...args);
      assert.equal(code, 1, 'kubectl should have been refused');
      return stderr;
    }

    function manifest(name: string, text: string): string {
      const file = path.join(cluster.dataDir, `${name}.yaml`);
      writeFileSync(file, text);
      return file;
    }

    test('runs to Complete, can be looked at in every way, and takes its pods along when deleted', async () => {
      assert.equal(await kubectl('create', '-f', 'examples/job.yaml'), 'job.batch/pi created\n');
      assert.match(
        await kubectl('wait', '--for=condition=complete', 'job/pi', '--timeout=60s'),
        /job\.batch\/pi condition met/,
      );
      assert.match(
        await kubectl('get', 'jobs'),
        /^NAME +STATUS +COMPLETIONS +DURATION +AGE\npi +Complete +1\/1 +\d+s +\d+s\n$/,
      );
      assert.match(await kubectl('logs', 'job/pi'), /^3\.14159265358979323846[0-9\\\n]+$/);
      const wide = await kubectl('get', 'pods', '-o', 'wide');
      assert.match(
        wide,
        /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\npi-[a-z0-9]{5} +0\/1 +Completed +0 +\S+ +\S+ +node-1 +<none> +<none>\n$/,
      );
      const described = await kubectl('describe', 'job', 'pi');
      assert.match(described, /Pods Statuses: +0 Active \(0 Ready\) \/ 1 Succeeded \/ 0 Failed/);
      assert.match(described, /Normal +SuccessfulCreate +\S+ +job-controller +Created pod: pi-/);
      assert.match(described, /Normal +Completed +\S+ +job-controller +Job completed/);
      const events = await kubectl('get', 'events');
      for (const reason of ['Scheduled', 'Created', 'Started', 'Completed'])
        assert.match(events, new RegExp(`Normal +${reason} `));
      assert.match(await kubectl('delete', 'job', 'pi'), /job\.batch "pi" deleted/);
      assert.equal(await kubectl('wait', '--for=delete', 'pod', '-l', 'job-name=pi', '--timeout=20s'), '');
      assert.equal(await kubectl('get', 'pods', '-o', 'name'), '');
    });

    test('explain and api-resources know it', async () => {
      const explained = await kubectl('explain', 'job.spec');
      assert.match(explained, /GROUP: +batch\nKIND: +Job\nVERSION: +v1\n/);
      assert.match(explained, /backoffLimit\t<integer>\n/);
      assert.match(explained, /template\t<PodTemplateSpec> -required-/);
      assert.doesNotMatch(explained, /<no description>/);
      const resources = await kubectl('api-resources');
      assert.match(resources, /^jobs +batch\/v1 +true +Job$/m);
      assert.match(resources, /^pods +po +v1 +true +Pod$/m);
    });

    test('a misspelt field is refused as Kubernetes does, with the right one named beside it', async () => {
      const file = manifest('typo', jobText('typo', 'backOffLimit: 3', 'restartPolicy: Never'));
      const error = await refused('create', '-f', file);
      assert.match(error, /Warning: .*did you mean "spec\.backoffLimit"\?/);
      assert.match(
        error,
        /Job in version "v1" cannot be handled as a Job: strict decoding error: unknown field "spec\.backOffLimit"/,
      );
    });

    test('restartPolicy Always is refused with the values that are allowed, and where Always is', async () => {
      const file = manifest('always', jobText('always', 'backoffLimit: 3', 'restartPolicy: Always'));
      const error = await refused('create', '-f', file);
      assert.match(error, /spec\.template\.spec\.restartPolicy: Required value: valid values: "OnFailure", "Never"/);
      assert.match(error, /Warning: .*Always/);
    });

    test('a failing Job ends with BackoffLimitExceeded after exactly the attempts it may have', async () => {
      const failing = 'command: ["sh", "-c", "exit 3"]';
      const file = manifest('fails', jobText('fails', 'backoffLimit: 1', 'restartPolicy: Never', failing));
      await kubectl('create', '-f', file);
      await kubectl('wait', '--for=condition=failed', 'job/fails', '--timeout=60s');
      const reason = '{.status.failed} {.status.conditions[?(@.type=="Failed")].reason}';
      assert.equal(await kubectl('get', 'job', 'fails', '-o', `jsonpath=${reason}`), '2 BackoffLimitExceeded');
      assert.equal((await kubectl('get', 'pods', '-l', 'job-name=fails', '-o', 'name')).split('\n').length - 1, 2);
    });
  });
}

function jobText(name: string, spec: string, pod: string, container = 'command: ["true"]'): string {
  return `apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
spec:
  ${spec}
  template:
    spec:
      ${pod}
      containers:
        - name: main
          image: busybox
          ${container}
`;
}
