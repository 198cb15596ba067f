import assert from 'node:assert/strict';
import type { TestCluster } from './cluster.ts';
import type { KubectlVersion } from './kubectl.ts';

/** kubectl calls that must succeed; each gives what was printed. */
export function succeeding(cluster: TestCluster, version: KubectlVersion) {
  return async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await cluster.kubectl(version, ...args);
    assert.equal(code, 0, `kubectl ${args.join(' ')} failed:\n${stdout}${stderr}`);
    return stdout;
  };
}
