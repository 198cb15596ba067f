import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateJob } from '#kinds/job/validate/job.ts';
import { container, lines, newJob, uid } from '#kinds/test-objects.ts';

/** Jobs and what upstream was recorded to say of them. */
const refused = [
  {
    name: 'negative counts',
    spec: { parallelism: -1, completions: -2, backoffLimit: -3 },
    errors: [
      'spec.backoffLimit: Invalid value: -3: must be greater than or equal to 0',
      'spec.completions: Invalid value: -2: must be greater than or equal to 0',
      'spec.parallelism: Invalid value: -1: must be greater than or equal to 0',
    ],
  },
  {
    name: 'negative times',
    spec: { activeDeadlineSeconds: -1, ttlSecondsAfterFinished: -2 },
    errors: [
      'spec.activeDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0',
      'spec.ttlSecondsAfterFinished: Invalid value: -2: must be greater than or equal to 0',
    ],
  },
  {
    name: 'an unknown completion mode',
    spec: { completionMode: 'Sorted' },
    errors: ['spec.completionMode: Unsupported value: "Sorted": supported values: "NonIndexed", "Indexed"'],
  },
  {
    name: 'indexed needs completions',
    spec: { completionMode: 'Indexed', parallelism: 2 },
    errors: ['spec.completions: Required value: when completion mode is Indexed'],
  },
  {
    name: 'indexed parallelism has a ceiling',
    spec: { completionMode: 'Indexed', completions: 200000, parallelism: 100001 },
    errors: [
      'spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed',
    ],
  },
  {
    name: 'per-index limits need indexed mode',
    spec: { backoffLimitPerIndex: 1, maxFailedIndexes: 2 },
    errors: [
      'spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode',
      'spec.maxFailedIndexes: Invalid value: 2: requires indexed completion mode',
    ],
  },
  {
    name: 'maxFailedIndexes needs backoffLimitPerIndex',
    spec: { completionMode: 'Indexed', completions: 4, maxFailedIndexes: 2 },
    errors: ['spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified'],
  },
  {
    name: 'maxFailedIndexes above completions, negative backoffLimitPerIndex',
    spec: { completionMode: 'Indexed', completions: 4, maxFailedIndexes: 5, backoffLimitPerIndex: -1 },
    errors: [
      'spec.backoffLimitPerIndex: Invalid value: -1: must be greater than or equal to 0',
      'spec.maxFailedIndexes: Invalid value: 5: must be less than or equal to completions',
    ],
  },
  {
    name: 'many completions with per-index backoff',
    spec: { completionMode: 'Indexed', completions: 100001, parallelism: 10001, backoffLimitPerIndex: 0 },
    errors: [
      'spec.maxFailedIndexes: Required value: must be specified when completions is above 100000',
      'spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index',
    ],
  },
  {
    name: 'managedBy is a qualified path of at most 63 characters',
    spec: { managedBy: 'example.org/mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm' },
    errors: ['spec.managedBy: Too long: may not be more than 63 bytes'],
  },
  {
    name: 'managedBy needs a domain',
    spec: { managedBy: 'controller' },
    errors: ['spec.managedBy: Invalid value: "controller": must be a domain-prefixed path (such as "acme.io/foo")'],
  },
  {
    name: 'restartPolicy must be set',
    spec: { template: { spec: { containers: [container] } } },
    errors: ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
  },
  {
    name: 'restartPolicy Always',
    spec: { template: { spec: { restartPolicy: 'Always', containers: [container] } } },
    errors: ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
  },
  {
    name: 'unknown restartPolicy',
    spec: { template: { spec: { restartPolicy: 'Sometimes', containers: [container] } } },
    errors: [
      'spec.template.spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
      'spec.template.spec.restartPolicy: Unsupported value: "Sometimes": supported values: "OnFailure", "Never"',
    ],
  },
  {
    name: 'no containers',
    spec: { template: { spec: { restartPolicy: 'Never', containers: [] } } },
    errors: ['spec.template.spec.containers: Required value'],
  },
  {
    name: 'no template',
    spec: { template: null },
    errors: [
      'spec.template.spec.containers: Required value',
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
  },
  {
    name: 'no spec',
    spec: { template: null },
    errors: [
      'spec.template.spec.containers: Required value',
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
  },
  {
    name: 'a selector without manualSelector',
    spec: { selector: { matchLabels: { a: 'b' } } },
    errors: [
      `spec.selector: Invalid value: {"matchLabels":{"a":"b","batch.kubernetes.io/controller-uid":"${uid}"}}: \`selector\` not auto-generated`,
      `spec.template.metadata.labels: Invalid value: {"batch.kubernetes.io/controller-uid":"${uid}","batch.kubernetes.io/job-name":"j","controller-uid":"${uid}","job-name":"j"}: \`selector\` does not match template \`labels\``,
    ],
  },
  {
    name: 'a manual selector that does not match',
    spec: {
      template: { metadata: { labels: { a: 'c' } }, spec: { restartPolicy: 'Never', containers: [container] } },
      manualSelector: true,
      selector: { matchLabels: { a: 'b' } },
    },
    errors: ['spec.template.metadata.labels: Invalid value: {"a":"c"}: `selector` does not match template `labels`'],
  },
  {
    name: 'a manual selector that is missing',
    spec: { manualSelector: true },
    errors: [
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`',
    ],
  },
  {
    name: 'the template takes another job-name label',
    spec: {
      template: {
        metadata: { labels: { 'job-name': 'other', 'controller-uid': 'zzz' } },
        spec: { restartPolicy: 'Never', containers: [container] },
      },
    },
    errors: [
      `spec.template.metadata.labels[controller-uid]: Invalid value: {"batch.kubernetes.io/controller-uid":"${uid}","batch.kubernetes.io/job-name":"j","controller-uid":"zzz","job-name":"other"}: must be '${uid}'`,
      `spec.template.metadata.labels[job-name]: Invalid value: {"batch.kubernetes.io/controller-uid":"${uid}","batch.kubernetes.io/job-name":"j","controller-uid":"zzz","job-name":"other"}: must be 'j'`,
    ],
  },
  {
    name: 'init container without image, container without name',
    spec: {
      template: { spec: { restartPolicy: 'Never', containers: [{ image: 'x' }], initContainers: [{ name: 'prep' }] } },
    },
    errors: [
      'spec.template.spec.containers[0].name: Required value',
      'spec.template.spec.initContainers[0].image: Required value',
    ],
  },
];

for (const { name, spec, errors } of refused) {
  test(`refused as upstream refuses it: ${name}`, () => {
    assert.deepEqual([...lines(validateJob(newJob(spec)))].sort(), errors);
  });
}

test('a selector that cannot be read is not compared with anything', () => {
  const selector = { matchExpressions: [{ key: 'a', operator: 'Near' }] };
  assert.deepEqual(lines(validateJob(newJob({ manualSelector: true, selector }))), [
    'spec.selector.matchExpressions[0].operator: Invalid value: "Near": not a valid selector operator',
  ]);
  assert.deepEqual(lines(validateJob(newJob({ selector }))), [
    'spec.selector.matchExpressions[0].operator: Invalid value: "Near": not a valid selector operator',
  ]);
});

test('a manager is a path below a domain, and each part is looked at', () => {
  const [domain, path, ...more] = lines(validateJob(newJob({ managedBy: 'Example/a b' })));
  assert.match(domain ?? '', /^spec\.managedBy: Invalid value: "Example": a lowercase RFC 1123 subdomain /);
  assert.match(path ?? '', /^spec\.managedBy: Invalid value: "a b": Invalid path \(regex used for validation is /);
  assert.deepEqual(more, []);
});
