import { silentLogger } from '#base/log.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { type Bench, storeContract } from '#store/contract.ts';
import { storeModel } from '#store/model.contract.ts';
import { openSqliteStore } from '#store/sqlite/sqlite-store.ts';
import { TestFolder } from '#store/sqlite/test-folder.ts';

function open(): Bench {
  const folder = new TestFolder();
  const clock = new VirtualClock();
  const store = openSqliteStore({ path: folder.file('store.db'), clock, log: silentLogger });
  const dispose = async (): Promise<void> => {
    await store.close();
    folder[Symbol.dispose]();
  };
  return { store, clock, dispose };
}

storeContract('sqlite', open);
storeModel('sqlite', open, 40);
