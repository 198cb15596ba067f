import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUpdated, targetNodeOf, templateGenerationOf } from '#controllers/daemonset/pod-facts.ts';
import { daemonSet, pod } from '#controllers/daemonset/test-daemons.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { NodeSelectorTerm } from '#kinds/pod/schema/scheduling.ts';

const base = pod('p', 'n1', { unbound: true });

function demanding(nodeSelectorTerms: readonly NodeSelectorTerm[] | undefined, nodeName?: string): Pod {
  const required = nodeSelectorTerms && { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } };
  const affinity = required === undefined ? {} : { affinity: { nodeAffinity: required } };
  const { affinity: _affinity, ...spec } = base.spec;
  return { ...base, spec: { ...spec, ...affinity, ...(nodeName === undefined ? {} : { nodeName }) } };
}

test('a pod is for the node that it is bound to, or else the one that its affinity names', () => {
  const name = (operator: string, ...values: readonly string[]) => ({ key: 'metadata.name', operator, values });
  const label = { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] };
  const rows: readonly [Pod, string | undefined][] = [
    [demanding(undefined, 'bound'), 'bound'],
    [demanding([{ matchFields: [name('In', 'made-for')] }], 'bound'), 'bound'],
    [demanding([{ matchFields: [name('In', 'made-for')] }]), 'made-for'],
    [demanding([label, { matchFields: [name('NotIn', 'x'), name('In', 'made-for')] }]), 'made-for'],
    [demanding([{ matchFields: [name('In', 'a', 'b')] }, { matchFields: [name('In', 'c')] }]), undefined],
    [demanding([{ matchFields: [name('NotIn', 'a')] }]), undefined],
    [demanding([label]), undefined],
    [demanding([]), undefined],
    [demanding(undefined), undefined],
  ];
  for (const [each, node] of rows) assert.equal(targetNodeOf(each), node, JSON.stringify(each.spec));
});

test('a pod is of the newest template by its hash or by its generation, either of which may be missing', () => {
  const marked = (labels: { readonly [key: string]: string }): Pod => ({
    ...base,
    metadata: { ...base.metadata, labels },
  });
  const both = { 'controller-revision-hash': 'h', 'pod-template-generation': '3' };
  const { 'controller-revision-hash': _hash, ...generation } = both;
  const { 'pod-template-generation': _generation, ...hash } = both;
  const rows: readonly [Pod, string, string | undefined, boolean][] = [
    [marked(both), 'h', '3', true],
    [marked(both), 'h', '9', true],
    [marked(both), 'x', '3', true],
    [marked(both), 'h', undefined, true],
    [marked(both), 'x', '9', false],
    [marked(both), 'x', undefined, false],
    [marked(hash), 'h', '3', true],
    [marked(hash), 'x', '3', false],
    [marked(generation), 'h', '3', true],
    [marked(generation), 'h', '9', false],
    [marked({}), 'h', '3', false],
    [marked({}), 'h', undefined, false],
  ];
  for (const [each, newest, count, expected] of rows) {
    assert.equal(isUpdated(each, { hash: newest, generation: count }), expected, `${newest} ${count}`);
  }
});

test('a template generation that is no number is none', () => {
  const of = (value?: string): string | undefined => {
    const set = daemonSet();
    const annotations = value === undefined ? {} : { 'deprecated.daemonset.template.generation': value };
    return templateGenerationOf({ ...set, metadata: { ...set.metadata, annotations } });
  };
  assert.deepEqual([of('7'), of('x'), of(''), of()], ['7', undefined, undefined, undefined]);
});
