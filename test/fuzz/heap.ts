import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is on the heap and in use. */
export function heapBytes(): number {
  collectGarbage();
  return getHeapStatistics().used_heap_size;
}
