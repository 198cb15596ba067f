import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestContext } from '#api/api.ts';
import { dedupeOwners } from '#api/metadata.ts';

const owner = (uid: string, more: object = {}) => ({ apiVersion: 'v1', kind: 'Pod', name: 'p', uid, ...more });

function deduped(
  owners: readonly object[],
  found: 'sent' | 'admitted' = 'sent',
): { readonly kept: unknown; readonly warnings: readonly string[] } {
  const draft = { metadata: { ownerReferences: owners } };
  const warnings: string[] = [];
  dedupeOwners(
    draft as never,
    { user: { name: 'u', groups: [] }, agent: '', warn: (text: string) => void warnings.push(text) } as RequestContext,
    found,
  );
  return { kept: draft.metadata.ownerReferences, warnings };
}

test('an owner that is there twice is kept once, with a warning that names it', () => {
  const twice = [owner('a'), owner('b'), owner('a', { controller: true }), owner('b'), owner('b')];
  const { kept, warnings } = deduped(twice);
  assert.deepEqual(kept, [owner('a'), owner('b'), owner('a', { controller: true })]);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /duplicate UID\(s\) observed: b$/);
  assert.match(warnings[0] ?? '', /duplicate entries; API server/);
  const late = deduped(twice, 'admitted').warnings[0] ?? '';
  assert.match(late, /duplicate entries after mutating admission happens; API server/);
  assert.deepEqual(deduped([owner('a'), owner('b')]), { kept: [owner('a'), owner('b')], warnings: [] });
});

test('as many owners as a request can bring hold up nobody', { timeout: 20_000 }, () => {
  const many = Array.from({ length: 40_000 }, (_, index) => owner(`uid-${index}`));
  assert.equal(deduped(many).warnings.length, 0);
});
