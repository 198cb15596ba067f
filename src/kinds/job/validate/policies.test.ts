import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateJob } from '#kinds/job/validate/job.ts';
import { container, lines, newJob } from '#kinds/test-objects.ts';
import { keyText } from '#kinds/test-texts.ts';

const ready = { type: 'Ready', status: 'False' };

/** Jobs and what upstream was recorded to say of them. */
const refused = [
  {
    name: 'no action, nothing to match',
    spec: { podFailurePolicy: { rules: [{ onPodConditions: [] }] } },
    errors: [
      'spec.podFailurePolicy.rules[0].action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]',
      'spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required',
    ],
  },
  {
    name: 'unknown action',
    spec: { podFailurePolicy: { rules: [{ action: 'Panic', onExitCodes: { operator: 'In', values: [1] } }] } },
    errors: [
      'spec.podFailurePolicy.rules[0].action: Unsupported value: "Panic": supported values: "Count", "FailIndex", "FailJob", "Ignore"',
    ],
  },
  {
    name: 'both kinds of matches',
    spec: {
      podFailurePolicy: {
        rules: [
          {
            action: 'Count',
            onExitCodes: { operator: 'In', values: [1] },
            onPodConditions: [{ type: 'Ready', status: 'False' }],
          },
        ],
      },
    },
    errors: [
      'spec.podFailurePolicy.rules[0]: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported',
    ],
  },
  {
    name: 'FailIndex needs backoffLimitPerIndex',
    spec: { podFailurePolicy: { rules: [{ action: 'FailIndex', onExitCodes: { operator: 'NotIn', values: [1] } }] } },
    errors: [
      'spec.podFailurePolicy.rules[0].action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set',
    ],
  },
  {
    name: 'exit codes: empty, unknown operator, unknown container',
    spec: {
      podFailurePolicy: {
        rules: [{ action: 'Ignore', onExitCodes: { containerName: 'sidecar', operator: 'Near', values: [] } }],
      },
    },
    errors: [
      'spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "sidecar": must be one of the container or initContainer names in the pod template',
      'spec.podFailurePolicy.rules[0].onExitCodes.operator: Unsupported value: "Near": supported values: "In", "NotIn"',
      'spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: []: at least one value is required',
    ],
  },
  {
    name: 'exit codes: zero, twice, unordered',
    spec: { podFailurePolicy: { rules: [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [7, 0, 7] } }] } },
    errors: [
      'spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [7,0,7]: must be ordered',
      'spec.podFailurePolicy.rules[0].onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator',
      'spec.podFailurePolicy.rules[0].onExitCodes.values[2]: Duplicate value: 7',
    ],
  },
  {
    name: 'condition patterns',
    spec: {
      podFailurePolicy: {
        rules: [
          {
            action: 'Ignore',
            onPodConditions: [
              { type: 'not a name', status: 'Maybe' },
              { type: '', status: 'True' },
            ],
          },
        ],
      },
    },
    errors: [
      'spec.podFailurePolicy.rules[0].onPodConditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
      `spec.podFailurePolicy.rules[0].onPodConditions[0].type: Invalid value: "not a name": name part ${keyText}`,
      'spec.podFailurePolicy.rules[0].onPodConditions[1].type: Invalid value: "": name part must be non-empty',
      `spec.podFailurePolicy.rules[0].onPodConditions[1].type: Invalid value: "": name part ${keyText}`,
    ],
  },
  {
    name: 'only with restartPolicy Never',
    spec: {
      template: { spec: { restartPolicy: 'OnFailure', containers: [container] } },
      podFailurePolicy: { rules: [{ action: 'Count', onExitCodes: { operator: 'In', values: [2] } }] },
    },
    errors: [
      'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
    ],
  },
  {
    name: 'podReplacementPolicy',
    spec: { podReplacementPolicy: 'Soon' },
    errors: ['spec.podReplacementPolicy: Unsupported value: "Soon": supported values: "Failed", "TerminatingOrFailed"'],
  },
  {
    name: 'podReplacementPolicy next to a pod failure policy',
    spec: {
      podReplacementPolicy: 'TerminatingOrFailed',
      podFailurePolicy: { rules: [{ action: 'Count', onExitCodes: { operator: 'In', values: [2] } }] },
    },
    errors: ['spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"'],
  },
  {
    name: 'success policy without rules',
    spec: { completionMode: 'Indexed', completions: 4, successPolicy: { rules: [] } },
    errors: [
      'spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is specified',
    ],
  },
  {
    name: 'too many rules, patterns and exit codes',
    spec: {
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onPodConditions: Array(21).fill(ready) },
          {
            action: 'Ignore',
            onExitCodes: { operator: 'NotIn', values: Array.from({ length: 256 }, (_, code) => code) },
          },
          ...Array(19).fill({ action: 'Ignore', onPodConditions: [ready] }),
        ],
      },
    },
    errors: [
      'spec.podFailurePolicy.rules: Too many: 21: must have at most 20 items',
      'spec.podFailurePolicy.rules[0].onPodConditions: Too many: 21: must have at most 20 items',
      'spec.podFailurePolicy.rules[1].onExitCodes.values: Too many: 256: must have at most 255 items',
    ],
  },
  {
    name: 'exit codes without an operator',
    spec: { podFailurePolicy: { rules: [{ action: 'Ignore', onExitCodes: { values: [1] } }] } },
    errors: ['spec.podFailurePolicy.rules[0].onExitCodes.operator: Required value: valid values: ["In" "NotIn"]'],
  },
  {
    name: 'a success policy without indexes',
    spec: { successPolicy: { rules: [{ succeededCount: 1 }] } },
    errors: ['spec.successPolicy: Invalid value: {"Rules":[{"SucceededCount":1}]}: requires indexed completion mode'],
  },
  {
    name: 'success rules that say nothing, or more than there is',
    spec: {
      completionMode: 'Indexed',
      completions: 5,
      successPolicy: {
        rules: [{}, { succeededCount: 6 }, { succeededIndexes: '0-1', succeededCount: 3 }, { succeededCount: -1 }],
      },
    },
    errors: [
      'spec.successPolicy.rules[0]: Required value: at least one of succeededCount or succeededIndexes must be specified',
      'spec.successPolicy.rules[1].succeededCount: Invalid value: 6: must be less than or equal to 5 (the number of specified completions)',
      'spec.successPolicy.rules[2].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)',
      'spec.successPolicy.rules[3].succeededCount: Invalid value: -1: must be greater than or equal to 0',
    ],
  },
  {
    name: 'success rules that are too many, and too long',
    spec: {
      completionMode: 'Indexed',
      completions: 5,
      successPolicy: { rules: [{ succeededIndexes: '1,'.repeat(32769) }, ...Array(20).fill({ succeededCount: 0 })] },
    },
    errors: [
      'spec.successPolicy.rules: Too many: 21: must have at most 20 items',
      `spec.successPolicy.rules[0].succeededIndexes: Invalid value: "${'1,'.repeat(32769)}": error parsing succeededIndexes: non-increasing order, previous: 1, current: 1`,
      'spec.successPolicy.rules[0].succeededIndexes: Too long: may not be more than 65536 bytes',
    ],
  },
];

for (const { name, spec, errors } of refused) {
  test(`refused as upstream refuses it: ${name}`, () => {
    assert.deepEqual([...lines(validateJob(newJob(spec)))].sort(), errors);
  });
}
