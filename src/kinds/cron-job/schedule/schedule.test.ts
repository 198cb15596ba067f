import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseSchedule } from '#kinds/cron-job/schedule/parse.ts';
import { latestSlot, nextSlot, type Schedule } from '#kinds/cron-job/schedule/schedule.ts';
import { ScheduleProblem } from '#kinds/cron-job/schedule/schedule-problem.ts';
import { findZone, utc, type Zone } from '#kinds/cron-job/schedule/zone.ts';

interface Fact {
  readonly schedule: string;
  readonly zone?: string;
  readonly from?: string;
  readonly next?: readonly string[];
  readonly error?: string;
}

const facts: readonly Fact[] = JSON.parse(
  readFileSync(new URL('../../../../test/facts/cron.json', import.meta.url), 'utf8'),
);

function zoneOf(name: string): Zone {
  const zone = findZone(name);
  assert.ok(zone !== undefined, name);
  return zone;
}

function slots(schedule: Schedule, from: string, count: number): readonly string[] {
  const found: string[] = [];
  for (let at = nextSlot(schedule, Date.parse(from)); at !== undefined && found.length < count; ) {
    found.push(`${new Date(at).toISOString().slice(0, 19)}Z`);
    at = nextSlot(schedule, at);
  }
  return found;
}

/** Morocco gave up its summer time in 2026, after the facts were taken down. */
function isOutdated({ zone }: Fact): boolean {
  return zone === 'Africa/Casablanca' && (process.versions.tz ?? '') >= '2026c';
}

test('slots are those of the reference, over all schedules, zones and changes of clocks on record', () => {
  let compared = 0;
  for (const fact of facts) {
    const { schedule, zone = 'UTC', from, next } = fact;
    if (from === undefined || next === undefined || isOutdated(fact)) continue;
    const found = slots(parseSchedule(schedule, zoneOf(zone)), from, Math.max(1, next.length));
    assert.deepEqual(found, next, `${schedule} in ${zone} after ${from}`);
    compared++;
  }
  assert.ok(compared > 440);
});

function problemOf(schedule: string): ScheduleProblem {
  try {
    parseSchedule(schedule, utc);
  } catch (error) {
    if (error instanceof ScheduleProblem) return error;
    throw error;
  }
  return assert.fail(`"${schedule}" should have been refused`);
}

test('what is no schedule is refused in the words of the reference', () => {
  for (const { schedule, error } of facts) {
    if (error !== undefined) assert.equal(problemOf(schedule).message, error, schedule);
  }
  const more = {
    '* * 0 * *': 'beginning of range (0) below minimum (1): 0',
    '*/-1 * * * *': 'negative number (-1) not allowed: -1',
    '1-2-3 * * * *': 'too many hyphens: 1-2-3',
    '1/2/3 * * * *': 'too many slashes: 1/2/3',
    '1- * * * *': 'failed to parse int from : strconv.Atoi: parsing "": invalid syntax',
    '99999999999999999999 * * * *':
      'failed to parse int from 99999999999999999999: strconv.Atoi: parsing "99999999999999999999": value out of range',
    '@Hourly': 'unrecognized descriptor: @Hourly',
    '@every': 'unrecognized descriptor: @every',
    '@every 5': 'failed to parse duration @every 5: time: missing unit in duration "5"',
    ' @hourly': 'expected exactly 5 fields, found 1: [@hourly]',
    'TZ=Nope * * * * *': 'provided bad location Nope: unknown time zone Nope',
    'TZ=../etc 0 0 * * *': 'provided bad location ../etc: time: invalid location name',
    'TZ=0': 'invalid schedule format: runtime error: slice bounds out of range [:-1]',
  };
  for (const [schedule, error] of Object.entries(more)) assert.equal(problemOf(schedule).message, error, schedule);
});

test('a refusal says what to write instead', () => {
  const hints = {
    '60 * * * *': 'minute goes from 0 to 59',
    '0 0 * * 7': 'day of week goes from 0 to 6, and Sunday is 0',
    '*/1 * * * * *': 'seconds and years are not supported',
    '* * * *': 'the five fields are minute, hour, day of month, month, day of week',
    '0 0 * * MONDAY': 'names have three letters: write mon',
    '0 0 L * *': 'L, W, # and H of other crons are not supported',
    '0 0 * * fri-mon': 'a range cannot go around: write 5-6,0-1',
    '@Hourly': 'did you mean @hourly?',
    '@reboot': 'there are @yearly',
    '@every day': 'write a duration such as @every 90s',
    'noon * * * *': 'minute goes from 0 to 59; * stands for all',
  };
  for (const [schedule, hint] of Object.entries(hints)) assert.match(problemOf(schedule).hint ?? '', literal(hint));
});

function literal(text: string): RegExp {
  return new RegExp(text.replace(/[*?@#.]/g, '\\$&'));
}

describe('odd but good', () => {
  const from = '2026-11-01T00:00:00Z';
  const cases: readonly (readonly [schedule: string, zone: string, from: string, next: readonly string[]])[] = [
    [', * * * *', 'UTC', from, []],
    ['0 0 31 2 *', 'UTC', from, []],
    ['  0  12 * *  * ', 'UTC', from, ['2026-11-01T12:00:00Z', '2026-11-02T12:00:00Z']],
    ['*/100 * * * *', 'UTC', from, ['2026-11-01T01:00:00Z', '2026-11-01T02:00:00Z']],
    ['+5,,*-5/30 1 * * *', 'UTC', from, ['2026-11-01T01:00:00Z', '2026-11-01T01:05:00Z', '2026-11-01T01:30:00Z']],
    ['0 0 * jan-mar MON-FRI', 'UTC', from, ['2027-01-01T00:00:00Z', '2027-01-04T00:00:00Z']],
    ['0 0 */2 * 1', 'UTC', from, ['2026-11-02T00:00:00Z', '2026-11-03T00:00:00Z', '2026-11-05T00:00:00Z']],
    ['0 0 ? * 1', 'UTC', from, ['2026-11-02T00:00:00Z', '2026-11-09T00:00:00Z']],
    ['@every 90s', 'UTC', '2026-11-04T10:11:12.500Z', ['2026-11-04T10:12:42Z', '2026-11-04T10:14:12Z']],
    ['@every -5m', 'UTC', '2026-11-04T10:11:12Z', ['2026-11-04T10:11:13Z', '2026-11-04T10:11:14Z']],
    ['TZ=Asia/Kolkata 0 9 * * *', 'UTC', from, ['2026-11-01T03:30:00Z', '2026-11-02T03:30:00Z']],
    ['30 2 * * *', 'America/New_York', '2026-03-07T12:00:00Z', ['2026-03-09T06:30:00Z', '2026-03-10T06:30:00Z']],
    ['30 1 * * *', 'America/New_York', '2026-10-31T12:00:00Z', ['2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z']],
    ['0 0 * * *', 'America/Sao_Paulo', '2018-11-03T00:00:00Z', ['2018-11-03T03:00:00Z', '2018-11-05T02:00:00Z']],
  ];
  for (const [schedule, zone, start, next] of cases) {
    test(`${schedule} in ${zone}`, () => {
      assert.deepEqual(slots(parseSchedule(schedule, zoneOf(zone)), start, Math.max(1, next.length)), next);
    });
  }
});

const item = (min: number, max: number) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant('*') },
    fc.integer({ min, max }).map(String),
    fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    fc.integer({ min: 1, max: max + 1 }).map((step) => `*/${step}`),
  );
const field = (min: number, max: number) =>
  fc.array(item(min, max), { minLength: 1, maxLength: 3 }).map((i) => i.join());
const fields = fc
  .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6))
  .map((five) => five.join(' '));
/** Zones whose clocks change by whole hours, or never. */
const zones = fc.constantFrom('UTC', 'Asia/Kolkata', 'America/New_York', 'Europe/London', 'Pacific/Auckland');
const start = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2027, 0, 1) });
const minute = 60_000;

/** Whether the clocks of the zone show one of the schedule's minutes, by no cleverness at all. */
function oracle(text: string, zone: string): (at: number) => boolean {
  const bounds = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 6]] as const; // biome-ignore format: a table
  const sets = text.split(' ').map((one, index) => {
    const [min, max] = bounds[index] as readonly [number, number];
    const values = new Set<number>();
    for (const part of one.split(',')) {
      const [ends = '', step] = part.split('/');
      const [low = '', high = low] = ends.split('-');
      const first = low === '*' ? min : Number(low);
      const last = low === '*' || step !== undefined ? max : Number(high);
      for (let value = first; value <= last; value += Number(step ?? 1)) values.add(value);
    }
    return { values, star: one.split(',').some((part) => part === '*' || part === '*/1') };
  });
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  });
  return (at) => {
    const [, day, month, year, hour, min] = /(\d+)\/(\d+)\/(\d+), (\d+):(\d+)/.exec(format.format(at)) ?? [];
    const weekDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDay();
    const [m, h, dom, mon, dow] = [min, hour, day, month, weekDay].map((value, i) =>
      sets[i]?.values.has(Number(value)),
    );
    const either = sets[2]?.star || sets[4]?.star ? dom && dow : dom || dow;
    return Boolean(m && h && mon && either);
  };
}

test('the next slot is the first minute that clocks show and the fields allow', () => {
  const window = 2 * 24 * 60;
  fc.assert(
    fc.property(fields, zones, start, (text, zone, from) => {
      const fits = oracle(text, zone);
      const next = nextSlot(parseSchedule(text, zoneOf(zone)), from);
      let at = (Math.floor(from / minute) + 1) * minute;
      const end = Math.min(at + window * minute, next ?? Number.POSITIVE_INFINITY);
      // Only a part of all minutes is asked: the oracle is slow.
      for (; at < end; at += minute * (at + 90 * minute > end ? 1 : 7)) assert.ok(!fits(at), `${text} ${zone} ${at}`);
      if (next !== undefined) assert.ok(next > from && fits(next));
    }),
    { numRuns: 150 },
  );
});

test('later moments never have earlier slots, and the latest slot is the last of a walk', () => {
  fc.assert(
    fc.property(fields, zones, start, fc.integer({ min: 0, max: 40 }), (text, zone, from, count) => {
      const schedule = parseSchedule(text, zoneOf(zone));
      const walked: number[] = [];
      for (let at = nextSlot(schedule, from); at !== undefined && walked.length <= count; at = nextSlot(schedule, at)) {
        assert.ok(at > (walked.at(-1) ?? from));
        walked.push(at);
      }
      const last = walked.at(-1);
      if (last === undefined) return;
      assert.equal(latestSlot(schedule, from, last), last);
      assert.equal(latestSlot(schedule, from, last - 1), walked.at(-2));
    }),
    { numRuns: 300 },
  );
});

test('the search costs little: a date that never comes, and the latest of a century of minutes', () => {
  const before = performance.now();
  const never = parseSchedule('0 0 30 2 *', utc);
  for (let n = 0; n < 1000; n++) assert.equal(nextSlot(never, n), undefined);
  const minutely = parseSchedule('* * * * *', utc);
  for (let n = 0; n < 1000; n++) assert.equal(latestSlot(minutely, 0, 100 * 365 * 86_400_000), 100 * 365 * 86_400_000);
  assert.ok(performance.now() - before < 2000);
});

test('@every counts from its anchor', () => {
  const schedule = parseSchedule('@every 20s', utc);
  assert.equal(nextSlot(schedule, 65_000, 7_000), 67_000);
  assert.equal(nextSlot(schedule, 67_000, 7_000), 87_000);
  assert.equal(latestSlot(schedule, 7_000, 66_000), 47_000);
  assert.equal(latestSlot(schedule, 7_000, 26_999), undefined);
});

test('zones are known by their exact names, old ones among them', () => {
  for (const name of ['UTC', 'GMT', 'EST5EDT', 'Etc/GMT+5', 'Europe/Kiev', 'Asia/Ho_Chi_Minh', 'US/Eastern']) {
    assert.ok(findZone(name) !== undefined, name);
  }
  for (const name of ['utc', 'america/new_york', '+05:30', 'Nope/Zone', ''])
    assert.equal(findZone(name), undefined, name);
});
