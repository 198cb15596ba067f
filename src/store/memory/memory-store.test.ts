import { VirtualClock } from '#base/virtual-clock.ts';
import { type Bench, storeContract } from '#store/contract.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';
import { storeModel } from '#store/model.contract.ts';

function open(): Bench {
  const clock = new VirtualClock();
  const store = createMemoryStore({ clock });
  return { store, clock, dispose: () => store.close() };
}

storeContract('memory', open);
storeModel('memory', open, 500);
