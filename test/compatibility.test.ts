import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { catalog } from '#kinds/catalog.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';

/** The verbs of a resource that lacks none. */
const verbsMax = 8;

test('the documentation lists every resource with its verbs and subresources, as the table of compatibility.md', () => {
  const text = readFileSync('docs/compatibility.md', 'utf8');
  const documented = text.split('\n').filter((line) => /^\| `[a-z.0-9]+\/[a-z.0-9/]+` \|/.test(line));
  const rows = catalog.map(row).toSorted();
  assert.deepEqual(documented, rows, `The rows should be:\n${rows.join('\n')}`);
});

function row({ group, version, plural, namespaced, verbs, subresources }: ResourceDefinition): string {
  const name = `${group === '' ? '' : `${group}/`}${version}/${plural}`;
  const shown = verbs.length === verbsMax ? 'all' : verbs.join(', ');
  const beside = subresources.map((one) => `${one.name} (${one.verbs.join(', ')})`).join('; ');
  return `| \`${name}\` | ${namespaced ? 'namespace' : 'cluster'} | ${shown} | ${beside || '–'} |`;
}
