import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { freePort, startCluster, type TestCluster } from './cluster.ts';
import { runCommand } from './commands.ts';
import { type KubectlVersion, kubectlPath } from './kubectl.ts';

const script = `require('http').createServer((q, a) => {
  if (q.url === '/moved') a.writeHead(302, { location: '/there' });
  a.end(q.method + ' ' + q.url + ' ' + (q.headers.authorization || 'nobody') + '\\n');
}).listen(+process.argv[1])`;

let cluster: TestCluster;
let port: number;

before(async () => {
  [cluster, port] = await Promise.all([startCluster(), freePort()]);
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', labels: { app: 'web' } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'c',
          image: 'node',
          command: [process.execPath, '-e', script, String(port)],
          ports: [{ name: 'http', containerPort: port }],
          readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
        },
      ],
    },
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
  };
  const list = { apiVersion: 'v1', kind: 'List', items: [pod, service] };
  const env = { KUBECONFIG: cluster.kubeconfig };
  const made = await runCommand(kubectlPath('v35'), ['create', '-f', '-'], { env, input: JSON.stringify(list) });
  assert.equal(made.code, 0, made.stderr);
  const ready = await cluster.kubectl('v35', 'wait', '--for=condition=Ready', 'pod/web', '--timeout=30s');
  assert.equal(ready.code, 0, ready.stderr);
});
after(() => cluster?.stop());

const root = '/api/v1/namespaces/default';

for (const version of ['v32', 'v35'] satisfies readonly KubectlVersion[]) {
  test(`kubectl get --raw asks a pod and a service (${version})`, async () => {
    for (const name of [`pods/web:${port}`, 'pods/web', 'services/web', 'services/http:web:80']) {
      const { stdout, stderr } = await cluster.kubectl(version, 'get', '--raw', `${root}/${name}/proxy/a?b=c`);
      assert.equal(stdout, 'GET /a?b=c nobody\n', stderr);
    }
    const refused = await cluster.kubectl(version, 'get', '--raw', `${root}/pods/web:1/proxy/`);
    assert.match(
      refused.stderr,
      /^Error from server \(ServiceUnavailable\): error trying to reach service: dial tcp \S+:1: connect: connection refused\n$/,
    );
  });

  test(`kubectl proxy leads to pods (${version})`, async () => {
    const own = await freePort();
    const proxy = cluster.watch(version, 'proxy', '--port', String(own));
    await proxy.until(/Starting to serve/);
    const url = `http://127.0.0.1:${own}${root}/services/web/proxy`;
    const posted = await fetch(`${url}/x`, { method: 'POST', body: 'words' });
    assert.equal(await posted.text(), 'POST /x nobody\n');
    const moved = await fetch(`${url}/moved`);
    assert.equal(await moved.text(), 'GET /there nobody\n');
    await proxy.stop();
  });
}
