import { startCluster } from '#app/cluster.ts';
import type { Command } from '../command.ts';
import { interrupted } from '../interrupt.ts';
import { configOf, serverOptions } from '../server-options.ts';
import { shellWord } from '../shell-word.ts';

export const command: Command = {
  summary: 'Run the control plane without nodes.',
  usage: '[--api-only] [options]',
  options: {
    ...serverOptions,
    'api-only': { type: 'boolean', help: 'the API server alone: no controllers, no scheduler' },
  },
  run: async (args, started) => {
    const config = configOf(args);
    const ended = interrupted();
    const extent = args.flag('api-only') ? 'api' : 'control-plane';
    const cluster = await startCluster({ config, extent, storage: 'disk', serve: true });
    console.log(`ready in ${Math.round(process.uptime() * 1000)} ms`);
    console.log(`\nThe API answers at ${cluster.url}\n  export KUBECONFIG=${shellWord(config.kubeconfig)}`);
    started();
    await ended;
    await cluster.stop();
    return 0;
  },
};
