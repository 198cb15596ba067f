import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canRestrict, privilegeWords } from '#node/runtime/process/privileges.ts';
import type { Restrictions } from '#node/runtime/runtime.ts';

const nothing: Restrictions = {
  ...{ noNewPrivileges: false, dropped: [], added: [] },
  ...{ defaultSeccomp: false, readOnlyRoot: false },
};

function words(changes: Partial<Restrictions>): string {
  return privilegeWords({ user: undefined, restrictions: { ...nothing, ...changes } })
    .slice(1)
    .join(' ');
}

test('a container that asks for nothing is started without a word', () => {
  assert.deepEqual(privilegeWords({ user: undefined }), []);
  assert.deepEqual(privilegeWords({ user: undefined, restrictions: { ...nothing, readOnlyRoot: true } }), []);
});

const asRoot = { skip: process.getuid?.() !== 0 || !canRestrict() };

test('capabilities go for good, those added and those unknown to Linux aside', asRoot, () => {
  const without = (bounding: string): string => `--inh-caps -all --bounding-set ${bounding}`;
  assert.equal(words({ dropped: ['ALL'] }), without('-all'));
  assert.equal(words({ dropped: ['ALL'], added: ['NET_BIND_SERVICE', 'NONE'] }), without('-all,+cap_10'));
  assert.equal(words({ dropped: ['NET_RAW', 'MKNOD', 'NONE'] }), without('-cap_13,-cap_27'));
  assert.equal(words({ dropped: ['NET_RAW'], added: ['NET_RAW'] }), '');
  assert.equal(words({ dropped: ['NET_RAW'], added: ['ALL'] }), '');
});

test('the default profile takes the capabilities behind the calls it forbids, those added aside', asRoot, () => {
  assert.match(words({ defaultSeccomp: true }), /-cap_21\b/);
  assert.doesNotMatch(words({ defaultSeccomp: true, added: ['SYS_ADMIN'] }), /-cap_21\b/);
  assert.equal(words({ defaultSeccomp: true, noNewPrivileges: true }).split(' ')[0], '--no-new-privs');
});

test('groups are given with or without another user', asRoot, () => {
  const given = (user: { uid: number; gid: number } | undefined, groups: readonly number[]): string =>
    privilegeWords({ user, groups }).slice(1).join(' ');
  assert.equal(given(undefined, [5, 6]), '--groups 5,6');
  assert.equal(given({ uid: 7, gid: 8 }, []), '--reuid 7 --regid 8 --clear-groups');
  assert.equal(given({ uid: 7, gid: 8 }, [5]), '--reuid 7 --regid 8 --groups 5');
});
