import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { completeConfig, logLevelOf, readConfigFile } from '#app/config.ts';
import { machineName, type NodeOptions, startNode } from '#app/node.ts';
import { labelKeyProblems, labelValueProblems } from '#kinds/meta/labels.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import { type Arguments, type Command, UsageError } from '../command.ts';
import { interrupted } from '../interrupt.ts';

export const command: Command = {
  summary: 'Let this machine join a cluster as one more node.',
  usage: '--server URL --token TOKEN [options]',
  options: {
    server: { type: 'string', value: 'URL', help: 'where the cluster answers, such as https://10.0.0.1:6443' },
    token: { type: 'string', value: 'TOKEN', help: 'what "sampan token" prints on the server; only to join' },
    name: { type: 'string', value: 'NAME', help: "the node's name (default: the machine's)" },
    labels: { type: 'string', value: 'A=B,…', help: 'labels of the node' },
    'data-dir': { type: 'string', value: 'DIR', help: 'keeps certificate, pods and logs (default ~/.sampan)' },
    address: {
      type: 'string',
      value: 'IP',
      help: 'where others reach this machine (default: found by the way to the server)',
    },
    port: { type: 'string', value: 'N', help: 'the port for the logs of its pods (default 10250, or a free one)' },
    'certificate-authority': {
      type: 'string',
      value: 'FILE',
      help: "the authority that signed the server's certificate",
    },
    'insecure-skip-tls-verify': { type: 'boolean', help: 'trust whoever answers at the URL' },
    kubeconfig: { type: 'string', value: 'FILE', help: 'join as the user of a kubeconfig, without server and token' },
    config: { type: 'string', value: 'FILE', help: 'a YAML file with dataDir, imageMap, logLevel' },
    'log-level': { type: 'string', value: 'LEVEL', help: 'debug, info, warn, error or silent (default warn)' },
  },
  run: async (args) => {
    const options = optionsOf(args);
    const ended = interrupted();
    const node = await Promise.race([startNode(options), ended.then(() => undefined)]);
    // It still waits for its server; pods of an earlier start run on.
    if (node === undefined) process.exit(0);
    console.log(`ready in ${Math.round(process.uptime() * 1000)} ms`);
    console.log(welcome(options, node.server, `${node.address}:${node.port}`));
    const end = await Promise.race([ended, node.deleted.then(() => 'deleted' as const)]);
    if (end === 'deleted')
      console.log(`\nNode ${options.name} was deleted from the cluster: its pods are being stopped.`);
    await node.stop({ leave: end === 'deleted' });
    if (end === 'deleted') console.log('Done. Another start joins it again.');
    return 0;
  },
};

function optionsOf(args: Arguments): NodeOptions {
  const file = args.text('config');
  const { dataDir, logLevel, imageMap } = completeConfig(
    { dataDir: args.text('data-dir'), logLevel: logLevelOf(args.text('log-level')) },
    file === undefined ? {} : readConfigFile(file),
  );
  const port = args.count('port', 0);
  if (port !== undefined && port > 65_535) throw new UsageError(`--port ${port}: expected a port, at most 65535`);
  const address = args.text('address');
  if (address !== undefined && isIP(address) === 0)
    throw new UsageError(`--address ${address}: expected an IP address`);
  const name = nameOf(args.text('name'));
  const labels = labelsOf(args.text('labels') ?? '');
  return { name, labels, port, address, introduction: introductionOf(args), config: { dataDir, logLevel, imageMap } };
}

function nameOf(given: string | undefined): string {
  const name = given ?? machineName();
  const [problem] = subdomainProblems(name);
  if (problem === undefined) return name;
  throw new UsageError(`--name ${name}: ${problem}`);
}

function introductionOf(args: Arguments): NodeOptions['introduction'] {
  const kubeconfig = args.text('kubeconfig');
  const server = args.text('server');
  const token = args.text('token');
  if (kubeconfig !== undefined) {
    if (server === undefined && token === undefined) return { kubeconfig };
    throw new UsageError('--kubeconfig says where and as whom to join: leave out --server and --token');
  }
  if (server === undefined) {
    if (token === undefined) return undefined;
    throw new UsageError('--token needs --server beside it');
  }
  const authority = args.text('certificate-authority');
  return {
    server: urlOf(server),
    ...(token === undefined ? {} : { token }),
    ...(authority === undefined ? {} : { authority: fileOf(authority) }),
    insecure: args.flag('insecure-skip-tls-verify'),
  };
}

function urlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:') return url.origin;
  throw new UsageError(`--server ${text}: expected a URL such as https://10.0.0.1:6443`);
}

function fileOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--certificate-authority ${file}: ${(error as Error).message}`);
  }
}

function labelsOf(text: string): NodeOptions['labels'] {
  const pairs = text.split(',').filter((pair) => pair !== '');
  const entries = pairs.map((pair): [string, string] => {
    const [, key, value] = /^([^=]*)=(.*)$/.exec(pair) ?? [];
    if (key === undefined || value === undefined) throw new UsageError(`--labels ${pair}: expected KEY=VALUE`);
    const [problem] = [...labelKeyProblems(key), ...labelValueProblems(value)];
    if (problem !== undefined) throw new UsageError(`--labels ${pair}: ${problem}`);
    return [key, value];
  });
  return Object.fromEntries(entries);
}

function welcome({ name, config }: NodeOptions, server: string, address: string): string {
  return `
Node ${name} has joined ${server}
  address  ${address}
  data     ${config.dataDir}/nodes/${name}

Ctrl-C ends it. Pods that still run go on, and the next start takes them up again; it needs no token.`;
}
