import { existsSync, readFileSync } from 'node:fs';
import { completeConfig } from '#app/config.ts';
import type { Command } from '../command.ts';

export const command: Command = {
  summary: 'Print the kubeconfig of a cluster on this machine.',
  usage: '[--data-dir DIR]',
  options: {
    'data-dir': { type: 'string', value: 'DIR', help: 'where the cluster keeps its data (default ~/.sampan)' },
  },
  run: async (args) => {
    const { kubeconfig, dataDir } = completeConfig({ dataDir: args.text('data-dir') });
    if (!existsSync(kubeconfig)) {
      console.error(
        `sampan: no cluster has run with the data in ${dataDir}. Start one: sampan up --data-dir ${dataDir}`,
      );
      return 1;
    }
    process.stdout.write(readFileSync(kubeconfig));
    return 0;
  },
};
