import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validatePod } from '#kinds/pod/validate/pod.ts';
import { container, lines, newPod } from '#kinds/test-objects.ts';
import { subdomainText } from '#kinds/test-texts.ts';

const one = 'spec.containers[0].resources';
const using = (...claims: readonly object[]) => [{ ...container, resources: { claims } }];
const declared = [{ name: 'gpu', resourceClaimName: 'c' }];

type Body = { readonly [field: string]: unknown };

/** Pods and what upstream's rules say of them. */
const refused: readonly { readonly name: string; readonly spec: Body; readonly errors: readonly string[] }[] = [
  {
    name: 'claims used twice, whole and in parts',
    spec: {
      resourceClaims: [...declared, { name: 'nic', resourceClaimTemplateName: 't' }],
      containers: using(
        { name: 'gpu', request: 'a' },
        { name: 'gpu', request: 'a' },
        { name: 'gpu' },
        { name: 'gpu', request: 'b' },
      ),
    },
    errors: [
      `${one}.claims[1]: Duplicate value: "gpu/a"`,
      `${one}.claims[2]: Duplicate value: "gpu"`,
      `${one}.claims[3]: Duplicate value: "gpu"`,
    ],
  },
  {
    name: 'claims that nobody declared',
    spec: { resourceClaims: declared, containers: using({ name: '' }, { name: 'x' }) },
    errors: [
      `${one}.claims[0]: Required value`,
      `${one}.claims[1]: Not found: "x": must be one of the names in pod.spec.resourceClaims: gpu`,
    ],
  },
  {
    name: 'claims of nothing, of two things, and of what cannot be a name',
    spec: {
      resourceClaims: [
        { name: 'a' },
        { name: 'a', resourceClaimName: 'A', resourceClaimTemplateName: 't' },
        { name: '', resourceClaimTemplateName: '' },
      ],
    },
    errors: [
      'spec.resourceClaims[0]: Invalid value: {"Name":"a"}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
      'spec.resourceClaims[1].name: Duplicate value: "a"',
      'spec.resourceClaims[1]: Invalid value: {"Name":"a","ResourceClaimName":"A","ResourceClaimTemplateName":"t"}: at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified',
      `spec.resourceClaims[1].resourceClaimName: Invalid value: "A": ${subdomainText}`,
      'spec.resourceClaims[2].name: Required value',
      `spec.resourceClaims[2].resourceClaimTemplateName: Invalid value: "": ${subdomainText}`,
    ],
  },
  {
    name: 'a pod that as a whole has less than its containers together',
    spec: {
      resources: { requests: { cpu: '1' }, limits: { cpu: '2' }, claims: [{ name: 'gpu' }] },
      resourceClaims: declared,
      containers: [
        { ...container, resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '3' } } },
        { name: 'b', image: 'b:1', resources: { requests: { cpu: '500m' } } },
      ],
    },
    errors: [
      'spec.resources.claims: Forbidden: claims may not be set for Resources at pod-level',
      'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 1500m',
      'spec.resources.containers[0][cpu].limits: Invalid value: "3": must be less than or equal to pod limits of 2',
    ],
  },
  {
    name: 'fewer huge pages than the containers have together',
    spec: {
      resources: { requests: { cpu: '1' }, limits: { 'hugepages-2Mi': '2Mi', cpu: '1' } },
      containers: ['a', 'b'].map((name) => ({
        name,
        image: 'x:1',
        resources: { limits: { 'hugepages-2Mi': '2Mi', memory: '1Gi' } },
      })),
    },
    errors: [
      'spec.resources.limits[hugepages-2Mi]: Invalid value: "2Mi": must be greater than or equal to aggregate container limits of 4Mi',
      'spec.resources.requests[hugepages-2Mi]: Invalid value: "2Mi": must be greater than or equal to aggregate container requests of 4Mi',
    ],
  },
  {
    name: 'a Windows pod as a whole',
    spec: { os: { name: 'windows' }, resources: { limits: { cpu: '1' } } },
    errors: ['spec.resources: Forbidden: may not be set for a windows pod'],
  },
];

for (const { name, spec, errors } of refused) {
  test(`refused by upstream's rules: ${name}`, () => {
    assert.deepEqual([...lines(validatePod(newPod(spec)))].sort(), [...errors].sort());
  });
}

test('what mirrors a static pod has no claims', () => {
  const pod = newPod(
    { nodeName: 'n', resourceClaims: declared },
    { annotations: { 'kubernetes.io/config.mirror': 'x' } },
  );
  assert.deepEqual(lines(validatePod(pod)), [': Forbidden: static pods do not support resource claims']);
});
