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

    /** Runs kubectl, which must fail, and gives its complaint. */
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
      await kubectl('wait', '--for=delete', 'pod', '-l', 'job-name=pi', '--timeout=20s');
      assert.equal(await kubectl('get', 'pods', '-o', 'name'), '');
    });

    test('a watch sees the life of its pod, from Pending to Completed', async () => {
      const watch = cluster.watch(version, 'get', 'pods', '--watch', '-l', 'job-name=watched');
      // When it is seen, so will be everything that follows.
      await kubectl('run', 'first', '--image=busybox', '--labels=job-name=watched', '--', 'sleep', '60');
      await watch.until(/^first /m);
      const file = manifest('watched', jobText('watched', 'backoffLimit: 0', never, 'command: ["sleep", "0.5"]'));
      await kubectl('create', '-f', file);
      await watch.until(/ Completed /);
      await watch.stop();
      await kubectl('delete', 'pod', 'first', '--now');
      const states = watch.output().matchAll(/^watched-[a-z0-9]{5} +([01]\/1) +(\S+) /gm);
      const seen = [...states].map(([, ready, status]) => `${ready} ${status}`);
      const order = ['0/1 Pending', '0/1 ContainerCreating', '1/1 Running', '0/1 Completed'];
      assert.deepEqual(
        [...new Set(seen)].filter((state) => state !== '0/1 ContainerCreating'),
        order.toSpliced(1, 1),
      );
      assert.deepEqual(
        seen,
        seen.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)),
      );
    });

    test('can be made by flags, whose body kubectl sends as protobuf', async () => {
      const created = await kubectl(
        'create',
        'job',
        'flags',
        '--image=busybox',
        '--',
        'sh',
        '-c',
        'echo "$0 $1"',
        'a',
        'b',
      );
      assert.equal(created, 'job.batch/flags created\n');
      await kubectl('wait', '--for=condition=complete', 'job/flags', '--timeout=20s');
      assert.equal(await kubectl('logs', 'job/flags'), 'a b\n');
      const template = '{.spec.template.spec.containers[0].image} {.spec.template.spec.restartPolicy}';
      assert.equal(await kubectl('get', 'job', 'flags', '-o', `jsonpath=${template}`), 'busybox Never');
    });

    test('can be applied again and again, by the client and by the server', async () => {
      const file = manifest('applied', jobText('applied', 'suspend: true', never));
      assert.equal(await kubectl('apply', '-f', file), 'job.batch/applied created\n');
      assert.equal(await kubectl('apply', '-f', file), 'job.batch/applied unchanged\n');
      const changed = manifest('applied', jobText('applied', 'suspend: true\n  parallelism: 3', never));
      const diff = await cluster.kubectl(version, 'diff', '-f', changed);
      assert.equal(diff.code, 1, 'there is a difference');
      assert.match(diff.stdout, /^\+ +parallelism: 3$/m);
      assert.equal(await kubectl('apply', '-f', changed), 'job.batch/applied configured\n');
      assert.equal(await kubectl('get', 'job', 'applied', '-o', 'jsonpath={.spec.parallelism}'), '3');
      const other = manifest('by-server', jobText('by-server', 'suspend: true', never));
      const applied = 'job.batch/by-server serverside-applied\n';
      for (let i = 0; i < 2; i++) assert.equal(await kubectl('apply', '--server-side', '-f', other), applied);
      await kubectl('patch', 'job', 'by-server', '--type=merge', '-p', '{"spec":{"suspend":false}}');
      assert.match(
        await refused('apply', '--server-side', '-f', other),
        /conflict with "kubectl-patch".*: \.spec\.suspend/,
      );
      assert.equal(await kubectl('apply', '--server-side', '--force-conflicts', '-f', other), applied);
      assert.equal(await kubectl('get', 'job', 'by-server', '-o', 'jsonpath={.spec.suspend}'), 'true');
    });

    test('can be changed in every way that kubectl has, but not where Jobs are fixed', async () => {
      const file = manifest('changed', jobText('changed', 'suspend: true', never));
      await kubectl('create', '-f', file);
      assert.equal(await kubectl('label', 'job', 'changed', 'team=blue'), 'job.batch/changed labeled\n');
      assert.equal(await kubectl('annotate', 'job', 'changed', 'note=first'), 'job.batch/changed annotated\n');
      assert.match(
        await kubectl('get', 'jobs', '-l', 'team=blue', '-L', 'team'),
        /^changed +Suspended +0\/1 .* blue$/m,
      );
      for (const [type, patch] of Object.entries(parallelismPatches)) {
        assert.equal(
          await kubectl('patch', 'job', 'changed', `--type=${type}`, '-p', patch),
          'job.batch/changed patched\n',
        );
      }
      assert.equal(await kubectl('get', 'job', 'changed', '-o', 'jsonpath={.spec.parallelism}'), '4');
      process.env.KUBE_EDITOR = 'sed -i s/first/edited/';
      assert.equal(await kubectl('edit', 'job', 'changed'), 'job.batch/changed edited\n');
      const revision = 'jsonpath={.metadata.annotations.note} {.metadata.resourceVersion}';
      const [note, before] = (await kubectl('get', 'job', 'changed', '-o', revision)).split(' ');
      assert.equal(note, 'edited');
      const copy = manifest('copy', await kubectl('get', 'job', 'changed', '-o', 'yaml'));
      assert.equal(await kubectl('replace', '-f', copy), 'job.batch/changed replaced\n');
      assert.equal(await kubectl('get', 'job', 'changed', '-o', revision), `edited ${before}`, 'nothing new to write');
      const fixed = await refused('patch', 'job', 'changed', '-p', '{"spec":{"completions":7}}');
      assert.match(fixed, /The Job "changed" is invalid: spec\.completions: Invalid value: 7: field is immutable/);
    });

    test('goes with its namespace', async () => {
      await kubectl('create', 'namespace', 'team');
      const file = manifest('stays', jobText('stays', 'backoffLimit: 0', never, 'command: ["sleep", "600"]'));
      await kubectl('create', '-n', 'team', '-f', file);
      await kubectl('wait', '-n', 'team', '--for=jsonpath={.status.ready}=1', 'job/stays', '--timeout=20s');
      assert.match(await kubectl('delete', 'namespace', 'team', '--timeout=40s'), /^namespace "team" deleted/);
      assert.equal(await kubectl('get', 'pods', '-A', '-l', 'job-name=stays', '-o', 'name'), '');
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
      const file = manifest('typo', jobText('typo', 'backOffLimit: 3', never));
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
      const file = manifest('fails', jobText('fails', 'backoffLimit: 1', never, failing));
      await kubectl('create', '-f', file);
      await kubectl('wait', '--for=condition=failed', 'job/fails', '--timeout=60s');
      const reason = '{.status.failed} {.status.conditions[?(@.type=="Failed")].reason}';
      assert.equal(await kubectl('get', 'job', 'fails', '-o', `jsonpath=${reason}`), '2 BackoffLimitExceeded');
      assert.equal((await kubectl('get', 'pods', '-l', 'job-name=fails', '-o', 'name')).split('\n').length - 1, 2);
    });
  });
}

const never = 'restartPolicy: Never';

const parallelismPatches = {
  json: '[{"op":"add","path":"/spec/parallelism","value":2}]',
  merge: '{"spec":{"parallelism":3}}',
  strategic: '{"spec":{"parallelism":4}}',
};

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
