import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cronJobs } from '#kinds/cron-job/cron-job.ts';
import type { CronJob } from '#kinds/cron-job/schema.ts';
import { container, created, lines } from '#kinds/test-objects.ts';

type Body = { readonly [field: string]: unknown };
const { rules, table } = cronJobs;
const jobSpec = { template: { spec: { restartPolicy: 'Never', containers: [container] } } };

function newCronJob(spec: Body = {}, metadata: Body = {}, more: Body = {}): CronJob {
  const full = { schedule: '15 3 * * *', jobTemplate: { spec: jobSpec }, ...spec };
  return created(cronJobs, { metadata: { name: 'c', ...metadata }, spec: full, ...more });
}

function errorsOf(cronJob: CronJob): readonly string[] {
  return lines(rules.validate?.(cronJob) ?? []);
}

function hintsOf(cronJob: CronJob): readonly string[] {
  return rules.hints?.(cronJob, rules.validate?.(cronJob) ?? []) ?? [];
}

function warningsOf(cronJob: CronJob, old?: CronJob): readonly string[] {
  return rules.warnings?.(cronJob, old) ?? [];
}

test('defaults are filled in, but those of Jobs only in their pods', () => {
  const policy = { rules: [{ action: 'Count', onPodConditions: [{ type: 'DisruptionTarget' }] }] };
  const { spec } = newCronJob({ jobTemplate: { spec: { ...jobSpec, podFailurePolicy: policy } } });
  const { jobTemplate, ...own } = spec;
  assert.deepEqual(own, {
    schedule: '15 3 * * *',
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  });
  assert.deepEqual(Object.keys(jobTemplate.spec).sort(), ['podFailurePolicy', 'template']);
  assert.equal(jobTemplate.spec.podFailurePolicy?.rules[0]?.onPodConditions?.[0]?.status, 'True');
  assert.equal(jobTemplate.spec.template.spec.terminationGracePeriodSeconds, 30);
});

describe('a CronJob is refused in the words of the reference', () => {
  const cases: readonly (readonly [spec: Body, errors: readonly string[]])[] = [
    [{ schedule: '' }, ['spec.schedule: Required value']],
    [
      { schedule: '* * * *' },
      ['spec.schedule: Invalid value: "* * * *": expected exactly 5 fields, found 4: [* * * *]'],
    ],
    [
      { schedule: 'TZ=UTC * * * * *' },
      [
        'spec.schedule: Invalid value: "TZ=UTC * * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
      ],
    ],
    [
      { schedule: 'TZ=0' },
      [
        'spec.schedule: Invalid value: "TZ=0": invalid schedule format: runtime error: slice bounds out of range [:-1]',
        'spec.schedule: Invalid value: "TZ=0": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
      ],
    ],
    [{ timeZone: '' }, ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string']],
    [{ timeZone: '../x' }, ['spec.timeZone: Invalid value: "../x": unknown time zone ../x']],
    [{ timeZone: 'utc' }, ['spec.timeZone: Invalid value: "utc": unknown time zone utc']],
    [
      { timeZone: 'Local' },
      [
        'spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      ],
    ],
    [
      { timeZone: 'local' },
      [
        'spec.timeZone: Invalid value: "local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
        'spec.timeZone: Invalid value: "local": unknown time zone local',
      ],
    ],
    [
      { startingDeadlineSeconds: -1, successfulJobsHistoryLimit: -2, failedJobsHistoryLimit: -3 },
      [
        'spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0',
        'spec.successfulJobsHistoryLimit: Invalid value: -2: must be greater than or equal to 0',
        'spec.failedJobsHistoryLimit: Invalid value: -3: must be greater than or equal to 0',
      ],
    ],
    [
      { concurrencyPolicy: 'X' },
      ['spec.concurrencyPolicy: Unsupported value: "X": supported values: "Allow", "Forbid", "Replace"'],
    ],
    [
      { jobTemplate: { spec: { ...jobSpec, selector: { matchLabels: { a: 'b' } }, manualSelector: true } } },
      [
        'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated',
        'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
      ],
    ],
    [
      { jobTemplate: { spec: { completionMode: 'Indexed', template: { spec: { containers: [container] } } } } },
      [
        'spec.jobTemplate.spec.completions: Required value: when completion mode is Indexed',
        'spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
      ],
    ],
  ];
  for (const [spec, errors] of cases) {
    test(JSON.stringify(spec).slice(0, 80), () => assert.deepEqual(errorsOf(newCronJob(spec)), errors));
  }

  test('its name leaves room for those of its Jobs, when it is new', () => {
    const name = 'c'.repeat(53);
    const text = `metadata.name: Invalid value: "${name}": must be no more than 52 characters`;
    assert.deepEqual(errorsOf(newCronJob({}, { name })), [text]);
    assert.deepEqual(errorsOf(newCronJob({}, { name: 'c'.repeat(52) })), []);
    assert.deepEqual(rules.validateUpdate?.(newCronJob({}, { name }), newCronJob({}, { name })), []);
  });
});

test('schedules that are odd but good are taken', () => {
  for (const schedule of [
    '@hourly',
    '? ? ? ? ?',
    '0 0 * jan-mar MON-FRI',
    '@every 1h30m10s',
    '59 23 31 2 *',
    ', * * * *',
  ]) {
    assert.deepEqual(errorsOf(newCronJob({ schedule })), [], schedule);
  }
  for (const timeZone of ['Etc/GMT+5', 'US/Eastern', 'Asia/Ho_Chi_Minh', 'America/Argentina/ComodRivadavia']) {
    assert.deepEqual(errorsOf(newCronJob({ timeZone })), [], timeZone);
  }
});

test('a zone inside the schedule stays allowed where it is already, with a warning, but not with a timeZone', () => {
  const schedule = 'TZ=UTC * * * * *';
  const old = newCronJob({ schedule });
  const labelled = newCronJob({ schedule }, { labels: { a: 'b' } });
  assert.deepEqual(rules.validateUpdate?.(labelled, old), []);
  assert.deepEqual(warningsOf(labelled, old), [
    'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see ' +
      'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
  ]);
  const zoned = newCronJob({ schedule, timeZone: 'UTC' });
  assert.deepEqual(lines(rules.validateUpdate?.(zoned, old) ?? []), [
    `spec.schedule: Invalid value: "${schedule}": cannot use both timeZone field and TZ or CRON_TZ in schedule`,
  ]);
});

test('a time zone is looked at again only when it changes', () => {
  const old = newCronJob({ timeZone: 'Nope/Zone' });
  assert.deepEqual(rules.validateUpdate?.(newCronJob({ timeZone: 'Nope/Zone', suspend: true }), old), []);
  assert.equal(rules.validateUpdate?.(newCronJob({ timeZone: 'Nope/Other' }), old).length, 1);
});

test('warnings tell of dotted names and of what is odd in the pods', () => {
  const odd = { ...jobSpec.template.spec, nodeSelector: { 'beta.kubernetes.io/os': 'linux' } };
  const cronJob = newCronJob({ jobTemplate: { spec: { template: { spec: odd } } } }, { name: 'a.b', generation: 1 });
  const aboutNode =
    'spec.jobTemplate.spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead';
  assert.deepEqual(warningsOf(cronJob), [
    'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is ' +
      'recommended: [must not contain dots]',
    aboutNode,
  ]);
  assert.deepEqual(warningsOf(cronJob, cronJob), []);
  assert.deepEqual(warningsOf(cronJob, newCronJob({}, { generation: 0 })), [aboutNode]);
});

test('hints say what to write instead', () => {
  const hints: readonly (readonly [Body, string])[] = [
    [{ schedule: '' }, 'spec.schedule: write when to run, such as "*/5 * * * *" for every five minutes'],
    [{ schedule: '0 24 * * *' }, 'spec.schedule: hour goes from 0 to 23'],
    [
      { schedule: '*/1 * * * * *' },
      'spec.schedule: the five fields are minute, hour, day of month, month, day of week; seconds and years are not supported',
    ],
    [
      { schedule: 'CRON_TZ=Europe/Oslo 0 3 * * *' },
      'spec.schedule: write spec.timeZone: Europe/Oslo and spec.schedule: "0 3 * * *"',
    ],
    [{ timeZone: 'europe/oslo' }, 'spec.timeZone: did you mean "Europe/Oslo"?'],
    [{ timeZone: 'Europe/Olso' }, 'spec.timeZone: did you mean "Europe/Oslo"?'],
    [{ timeZone: 'Tokyo' }, 'spec.timeZone: did you mean "Asia/Tokyo"?'],
    [
      { timeZone: 'Middle-Earth/Shire' },
      'spec.timeZone: a time zone has a name such as Europe/Oslo or Etc/UTC, its letters in just that case',
    ],
    [{ concurrencyPolicy: 'forbid' }, 'spec.concurrencyPolicy: did you mean "Forbid"?'],
  ];
  for (const [spec, hint] of hints) assert.deepEqual(hintsOf(newCronJob(spec)), [hint]);
  const { restartPolicy: _, ...open } = jobSpec.template.spec;
  const [hint = ''] = hintsOf(newCronJob({ jobTemplate: { spec: { template: { spec: open } } } }));
  assert.match(hint, /^spec\.jobTemplate\.spec\.template\.spec\.restartPolicy: the pods of a Job must be able to end/);
  assert.match(hintsOf(newCronJob({}, { name: 'c'.repeat(60) }))[0] ?? '', /leaves room for the eleven characters/);
});

test('the table shows schedule, zone, suspension, active Jobs and the last schedule', () => {
  const now = Date.parse('2026-01-01T00:03:37Z');
  const reference = { kind: 'Job', name: 'c-1', namespace: 'ns' };
  const busy = newCronJob(
    { timeZone: 'Europe/Oslo' },
    {},
    {
      status: { active: [reference, reference], lastScheduleTime: '2026-01-01T00:02:51Z' },
    },
  );
  const rest = ['main', container.image, '<none>'];
  assert.deepEqual(table.cells(busy, now), ['c', '15 3 * * *', 'Europe/Oslo', 'False', 2, '46s', '3m37s', ...rest]);
  const idle = newCronJob({ suspend: true });
  assert.deepEqual(table.cells(idle, now), ['c', '15 3 * * *', '<none>', 'True', 0, '<none>', '3m37s', ...rest]);
});
