import { ScheduleProblem } from '#kinds/cron-job/schedule/schedule-problem.ts';

/** One of the five fields: what it counts, and from where to where. */
export interface FieldRange {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on, lower case. */
  readonly names?: readonly string[];
}

/** The values a field allows. */
export interface FieldValues {
  /** Ascending, each once. */
  readonly values: readonly number[];
  /** Whether the field says "any", which matters between the two fields for days (spec: cronjob.md section 5.3). */
  readonly star: boolean;
}

/** Reads one field such as "5,10-20/2" (spec: cronjob.md section 5.1). Throws `ScheduleProblem`. */
export function parseField(text: string, range: FieldRange): FieldValues {
  const values = new Set<number>();
  let star = false;
  for (const item of text.split(',')) {
    if (item === '') continue;
    const { first, last, step, any } = parseItem(item, range);
    for (let value = first; value <= last; value += step) values.add(value);
    star ||= any;
  }
  return { values: [...values].sort((a, b) => a - b), star };
}

interface Item {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  readonly any: boolean;
}

function parseItem(item: string, range: FieldRange): Item {
  const [ends = '', stepText, ...moreSteps] = item.split('/');
  const [low = '', high, ...moreEnds] = ends.split('-');
  const isWild = low === '*' || low === '?';
  const first = isWild ? range.min : parseValue(low, range);
  if (!isWild && moreEnds.length > 0) throw new ScheduleProblem(`too many hyphens: ${item}`);
  const end = isWild ? range.max : high === undefined ? first : parseValue(high, range);
  if (moreSteps.length > 0) throw new ScheduleProblem(`too many slashes: ${item}`);
  const step = stepText === undefined ? 1 : parseNumber(stepText, range);
  const last = stepText !== undefined && high === undefined ? range.max : end;
  checkItem({ first, last, step }, item, range);
  return { first, last, step, any: isWild && step === 1 };
}

function checkItem({ first, last, step }: Omit<Item, 'any'>, item: string, range: FieldRange): void {
  const { name, min, max } = range;
  const allowed = `${name} goes from ${min} to ${max}`;
  const sunday = max === 6 ? ', and Sunday is 0' : '';
  if (first < min) {
    throw new ScheduleProblem(`beginning of range (${first}) below minimum (${min}): ${item}`, allowed);
  }
  if (last > max) {
    throw new ScheduleProblem(`end of range (${last}) above maximum (${max}): ${item}`, `${allowed}${sunday}`);
  }
  if (first > last) {
    const around = `a range cannot go around: write ${first}-${max},${min}-${last}`;
    throw new ScheduleProblem(`beginning of range (${first}) beyond end of range (${last}): ${item}`, around);
  }
  if (step === 0) {
    const every = `*/1 or * means every ${name}; a step counts from 1`;
    throw new ScheduleProblem(`step of range should be a positive number: ${item}`, every);
  }
}

function parseValue(text: string, range: FieldRange): number {
  const index = range.names?.indexOf(text.toLowerCase()) ?? -1;
  return index >= 0 ? range.min + index : parseNumber(text, range);
}

/** In the words of Go's strconv, which clients see. */
function parseNumber(text: string, range: FieldRange): number {
  const refuse = (why: string): never => {
    const problem = `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: ${why}`;
    throw new ScheduleProblem(problem, adviceOn(text, range));
  };
  if (!/^[+-]?\d+$/.test(text)) return refuse('invalid syntax');
  const value = Number(text);
  if (!Number.isSafeInteger(value)) return refuse('value out of range');
  if (value < 0) throw new ScheduleProblem(`negative number (${value}) not allowed: ${text}`);
  return value;
}

function adviceOn(text: string, { name, min, max, names }: FieldRange): string {
  const short = names?.find((one) => text.toLowerCase().startsWith(one));
  if (short !== undefined && /^[a-z]+$/i.test(text)) return `names have three letters: write ${short}`;
  if (/^(?:L|W|H|\d*[LW]|LW|\d+#\d+)$/i.test(text)) return 'L, W, # and H of other crons are not supported';
  const alternative = names === undefined ? '' : ` or ${names[0]} to ${names.at(-1)}`;
  return `${name} goes from ${min} to ${max}${alternative}; * stands for all`;
}
