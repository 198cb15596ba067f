import { existsSync } from 'node:fs';
import { completeConfig } from '#app/config.ts';
import { version } from '#app/version.ts';
import { systemClock } from '#base/clock.ts';
import { readKubeconfig } from '#client/kubeconfig.ts';
import { createRemoteClient } from '#client/remote-client.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { jobs } from '#kinds/job/job.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { nodes } from '#kinds/node/node.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Command } from '../command.ts';
import { objectTable } from '../object-table.ts';
import { waitingTable } from '../waiting-jobs.ts';

export const command: Command = {
  summary: 'Show the nodes, jobs and unfinished pods of a cluster on this machine.',
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
    const endpoint = await readKubeconfig(kubeconfig);
    const client = createRemoteClient({ ...endpoint, userAgent: `sampan/${version}` });
    try {
      const show = async <T extends KubeObject>(
        resource: ResourceDefinition<T>,
        fieldSelector = '',
      ): Promise<readonly T[]> => {
        const { items } = await client.list(resource, fieldSelector === '' ? {} : { fieldSelector });
        const text = objectTable(resource.table, items, systemClock.now());
        console.log(items.length === 0 ? `No ${resource.plural}.\n` : `${text}\n`);
        return items;
      };
      console.log(`${endpoint.server}\n`);
      await show(nodes);
      const waiting = waitingTable(await show(jobs));
      if (waiting !== undefined) console.log(`${waiting}\n`);
      await show(pods, 'status.phase!=Succeeded,status.phase!=Failed');
      return 0;
    } finally {
      client.close();
    }
  },
};
