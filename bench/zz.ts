import { createApi } from '#api/create-api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { systemClock } from '#base/clock.ts';
import { seededRandom } from '#base/random.ts';
import { catalog } from '#kinds/catalog.ts';
import { pods } from '#kinds/pod/pod.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';
import { samplePod } from './sample-pod.ts';
const clock = systemClock;
const store = createMemoryStore({ clock });
const api = await createApi({ store, clock, random: seededRandom('bench'), resources: catalog });
const client = createLocalClient(api, { name: 'bench', groups: ['system:masters'] }, 'bench');
await client.create(serviceAccounts, { metadata: { name: 'default', namespace: 'default' } });
for (let r = 0; r < 8; r++) {
  const t = process.cpuUsage(), w = performance.now();
  for (let i = 0; i < 2000; i++) await client.create(pods, samplePod(`p-${r}-${i}`));
  const u = process.cpuUsage(t);
  console.log('create µs', (u.user + u.system) / 2000, 'wall', (performance.now() - w) / 2);
}
