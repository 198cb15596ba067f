import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patternOf, within } from './field-pattern.ts';

const item = 'k:{"name":"c"}';

test('a pattern takes in what is below its paths, and the items on the way', () => {
  const pattern = patternOf([
    ['spec', 'containers', '*', 'resources'],
    ['spec', 'containers', '*', 'resizePolicy'],
  ]);
  const resources = { 'f:requests': { 'f:cpu': {} } };
  const set = {
    'f:metadata': { 'f:labels': { 'f:a': {} } },
    'f:spec': { 'f:nodeName': {}, 'f:containers': { [item]: { '.': {}, 'f:name': {}, 'f:resources': resources } } },
  };
  assert.deepEqual(within(set, pattern), {
    'f:spec': { 'f:containers': { [item]: { '.': {}, 'f:resources': resources } } },
  });
  assert.deepEqual(within({ 'f:spec': { 'f:containers': { [item]: { 'f:name': {} } } } }, pattern), {});
});

test('a field that a path ends at is taken in with all its fields', () => {
  const pattern = patternOf([['spec', 'ephemeralContainers']]);
  const list = { '.': {}, [item]: { '.': {}, 'f:image': {} } };
  assert.deepEqual(within({ 'f:spec': { 'f:ephemeralContainers': list, 'f:nodeName': {} } }, pattern), {
    'f:spec': { 'f:ephemeralContainers': list },
  });
});
