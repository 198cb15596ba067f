import { existsSync } from 'node:fs';
import { completeConfig } from '#app/config.ts';
import { createJoinToken, joinTokenText } from '#app/join-token.ts';
import { version } from '#app/version.ts';
import { systemClock } from '#base/clock.ts';
import { goDurationMs } from '#base/go-duration.ts';
import { readKubeconfig } from '#client/kubeconfig.ts';
import { createRemoteClient } from '#client/remote-client.ts';
import { type Command, UsageError } from '../command.ts';

export const command: Command = {
  summary: 'Print the command by which another machine joins the cluster on this one.',
  usage: '[--ttl 24h] [--data-dir DIR]',
  options: {
    ttl: { type: 'string', value: 'TIME', help: 'how long it may be used, such as 30m (default 24h; 0 for ever)' },
    'data-dir': { type: 'string', value: 'DIR', help: 'where the cluster keeps its data (default ~/.sampan)' },
    kubeconfig: { type: 'string', value: 'FILE', help: "the administrator's kubeconfig (default DIR/kubeconfig)" },
  },
  run: async (args) => {
    const ttl = args.text('ttl') ?? '24h';
    const ttlMs = ttl === '0' ? 0 : goDurationMs(ttl);
    if (ttlMs === undefined || ttlMs < 0) throw new UsageError(`--ttl ${ttl}: expected a time such as 24h or 30m`);
    const { kubeconfig, dataDir } = completeConfig({
      dataDir: args.text('data-dir'),
      kubeconfig: args.text('kubeconfig'),
    });
    if (!existsSync(kubeconfig)) {
      console.error(
        `sampan: no cluster has run with the data in ${dataDir}. Start one: sampan up --data-dir ${dataDir}`,
      );
      return 1;
    }
    const endpoint = await readKubeconfig(kubeconfig);
    const client = createRemoteClient({ ...endpoint, userAgent: `sampan/${version}` });
    try {
      const token = await createJoinToken(client, systemClock.now(), ttlMs);
      if (isLocal(endpoint.server)) console.error(localNote);
      console.error(`On the machine that is to join${ttlMs === 0 ? '' : `, within ${ttl}`}:\n`);
      console.log(
        `npx sampan node --server ${endpoint.server} --token ${joinTokenText(token, endpoint.authority ?? '')}`,
      );
      return 0;
    } finally {
      client.close();
    }
  },
};

const localNote = `The cluster listens for this machine alone. For others to join: sampan up --host 0.0.0.0
`;

function isLocal(server: string): boolean {
  return /^(127\.|localhost$|\[::1\]$)/.test(new URL(server).hostname);
}
