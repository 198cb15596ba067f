import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitRanges } from '#kinds/limit-range/limit-range.ts';
import { created, decoded, lines } from '#kinds/test-objects.ts';

function refused(...limits: readonly object[]): readonly string[] {
  return lines(limitRanges.rules.validate?.(decoded(limitRanges, { spec: { limits } })) ?? []);
}

test('what a container gets by default follows from its bounds', () => {
  const container = {
    type: 'Container',
    max: { cpu: '2' },
    min: { cpu: '50m', memory: '1Mi' },
    default: { nvidia: '1' },
  };
  const [item] = decoded(limitRanges, { spec: { limits: [container] } }).spec.limits ?? [];
  assert.deepEqual(item?.default, { cpu: '2', nvidia: '1' });
  assert.deepEqual(item?.defaultRequest, { cpu: '2', memory: '1Mi', nvidia: '1' });
  const [pod] = decoded(limitRanges, { spec: { limits: [{ type: 'Pod', max: { cpu: '2' } }] } }).spec.limits ?? [];
  assert.deepEqual(pod, { type: 'Pod', max: { cpu: '2' } });
  assert.equal(decoded(limitRanges, {}).spec.limits, null);
});

test('bounds that contradict each other are refused', () => {
  const container = {
    type: 'Container',
    min: { cpu: '2' },
    max: { cpu: '1' },
    default: { cpu: '5' },
    defaultRequest: { cpu: '6' },
  };
  assert.deepEqual(refused(container, { type: 'Pod', default: { cpu: '1' } }), [
    'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
    'spec.limits[0].defaultRequest[cpu]: Invalid value: "6": default request value 6 is greater than max value 1',
    'spec.limits[0].defaultRequest[cpu]: Invalid value: "6": default request value 6 is greater than default limit value 5',
    'spec.limits[0].default[cpu]: Invalid value: "1": default value 5 is greater than max value 1',
    "spec.limits[1].default: Forbidden: may not be specified when `type` is 'Pod'",
  ]);
  assert.deepEqual(refused({ type: 'Pod', maxLimitRequestRatio: { cpu: '500m' } }), [
    'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1',
  ]);
  assert.deepEqual(refused({ type: 'Pod', min: { cpu: '1' }, max: { cpu: '4' }, maxLimitRequestRatio: { cpu: '5' } }), [
    'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "5": ratio 5 is greater than max/min = 4.000000',
  ]);
  const narrow = { type: 'Pod', min: { cpu: '4' }, max: { cpu: '1' }, maxLimitRequestRatio: { cpu: '500m' } };
  assert.deepEqual(refused(narrow).slice(1), [
    'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1',
    'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is greater than max/min = 0.250000',
  ]);
  const exact = { type: 'Container', default: { 'example.com/gpu': '2' }, defaultRequest: { 'example.com/gpu': '1' } };
  assert.deepEqual(refused(exact), [
    'spec.limits[0].defaultRequest[example.com/gpu]: Invalid value: "1": default value 2 must equal to defaultRequest value 1 in example.com/gpu',
  ]);
});

test('types and resources are known ones, each type once', () => {
  assert.deepEqual(refused({ type: 'Pod' }, { type: 'Pod' }, { type: 'Ship', max: { bananas: '1' } }), [
    'spec.limits[1].type: Duplicate value: "Pod"',
    'spec.limits[2].type: Invalid value: "Ship": must be a standard limit type or fully qualified',
    'spec.limits[2].max[bananas]: Invalid value: "bananas": must be a standard resource type or fully qualified',
  ]);
  assert.deepEqual(refused({ type: 'PersistentVolumeClaim' }), [
    'spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided',
  ]);
});

test('one without a name gets one', () => {
  assert.match(created(limitRanges, { metadata: { name: '' }, spec: { limits: [] } }).metadata.name, /^[0-9a-f-]{36}$/);
  assert.equal(created(limitRanges, { metadata: { name: 'a' }, spec: { limits: [] } }).metadata.name, 'a');
});
