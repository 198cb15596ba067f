import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { Client, WriteOptions } from '#client/client.ts';
import { newPod } from '#kinds/test-objects.ts';
import { Tokens } from '#node/volumes/tokens.ts';

test('a token that is due serves on, without much ado, while a silent server gives no other', async () => {
  const clock = new VirtualClock();
  let silent = false;
  let count = 0;
  const createSubresource = async (...[, , , , options]: [0, 0, 0, 0, WriteOptions | undefined]): Promise<object> => {
    if (silent) await new Promise((_, reject) => options?.signal?.addEventListener('abort', reject, { once: true }));
    count++;
    return { status: { token: `t${count}`, expirationTimestamp: new Date(clock.now() + 3600_000).toISOString() } };
  };
  const tokens = new Tokens({ createSubresource } as unknown as Client, clock);
  let got = '';
  const get = async (): Promise<string> => {
    got = '';
    void tokens.get(newPod({}), { path: 'token' }).then((token) => {
      got = token;
    });
    await clock.advance(4_000);
    return got;
  };
  assert.equal(await get(), 't1');
  await clock.advance(2_900_000);
  silent = true;
  assert.equal(await get(), 't1');
  silent = false;
  assert.equal(await get(), 't2');
});
