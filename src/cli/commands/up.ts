import { startCluster } from '#app/cluster.ts';
import { kubernetesVersion, version } from '#app/version.ts';
import type { Command } from '../command.ts';
import { interrupted } from '../interrupt.ts';
import { configOf, serverOptions } from '../server-options.ts';
import { shellWord } from '../shell-word.ts';

export const command: Command = {
  summary: 'Run a whole cluster: API server, controllers, scheduler and nodes.',
  usage: '[options]',
  options: {
    ...serverOptions,
    nodes: { type: 'string', value: 'N', help: 'nodes that run pods as processes of this machine (default 1)' },
    'simulated-nodes': { type: 'string', value: 'N', help: 'nodes whose pods only pretend to run (default 0)' },
  },
  run: async (args, started) => {
    const config = configOf(args);
    const ended = interrupted();
    const cluster = await startCluster({ config, extent: 'all', storage: 'disk', serve: true });
    console.log(`ready in ${Math.round(process.uptime() * 1000)} ms`);
    console.log(welcome(cluster.url ?? '', config.kubeconfig, config.dataDir, cluster.nodeNames));
    // Not left to the end, which may be a kill.
    started();
    await ended;
    await cluster.stop();
    return 0;
  },
};

function welcome(url: string, kubeconfig: string, dataDir: string, nodes: readonly string[]): string {
  const shown = nodes.length <= 4 ? nodes.join(', ') : `${nodes[0]} … ${nodes.at(-1)}`;
  return `
sampan ${version} speaks Kubernetes ${kubernetesVersion} at ${url}
  nodes       ${shown === '' ? 'none' : shown}
  data        ${dataDir}
  kubeconfig  ${kubeconfig}

Next, in another terminal:
  export KUBECONFIG=${shellWord(kubeconfig)}
  kubectl get nodes
  kubectl create job hello --image=busybox -- echo hello
  kubectl logs -f job/hello

Another machine joins by what this prints: sampan token
Ctrl-C ends it. Pods that still run go on, and the next start takes them up again.`;
}
