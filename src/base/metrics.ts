/** Numbers about a program, as Prometheus reads them: text format 0.0.4. A registry owns families, a family has one series for each
 *  combination of label values. Nothing is computed until somebody reads the text; noting a number costs a look-up in a map. */

export type Labels = readonly string[];

interface FamilyHead {
  readonly name: string;
  readonly help: string;
  readonly labels: Labels;
}

/** A number that only grows. */
export class Counter {
  private readonly values = new Map<string, number>();
  private readonly head: FamilyHead;

  constructor(head: FamilyHead) {
    this.head = head;
  }

  /** Adds to the series of these label values, which stand in the order of the family's labels. */
  add(values: Labels, amount = 1): void {
    const series = seriesOf(this.head.labels, values);
    this.values.set(series, (this.values.get(series) ?? 0) + amount);
  }

  *lines(): Iterable<string> {
    yield* headLines(this.head, 'counter');
    for (const [series, value] of this.values) yield sample(this.head.name, series, value);
  }
}

/** A number that is looked up when somebody reads the text. */
export class Gauge {
  private readonly head: FamilyHead;
  private readonly is: 'gauge' | 'counter';
  private readonly read: () => Iterable<readonly [values: Labels, value: number]>;

  constructor(
    head: FamilyHead,
    read: () => Iterable<readonly [values: Labels, value: number]>,
    is: 'gauge' | 'counter' = 'gauge',
  ) {
    this.head = head;
    this.read = read;
    this.is = is;
  }

  *lines(): Iterable<string> {
    yield* headLines(this.head, this.is);
    for (const [values, value] of this.read()) yield sample(this.head.name, seriesOf(this.head.labels, values), value);
  }
}

interface Distribution {
  readonly counts: number[];
  sum: number;
}

/** How often a number was up to each of `bounds`, which ascend. */
export class Histogram {
  private readonly head: FamilyHead;
  private readonly bounds: readonly number[];
  private readonly series = new Map<string, Distribution>();

  constructor(head: FamilyHead, bounds: readonly number[]) {
    this.head = head;
    this.bounds = bounds;
  }

  observe(values: Labels, value: number): void {
    const key = seriesOf(this.head.labels, values);
    let seen = this.series.get(key);
    if (seen === undefined) {
      seen = { counts: new Array<number>(this.bounds.length + 1).fill(0), sum: 0 };
      this.series.set(key, seen);
    }
    let bucket = 0;
    while (bucket < this.bounds.length && value > (this.bounds[bucket] as number)) bucket += 1;
    seen.counts[bucket] = (seen.counts[bucket] as number) + 1;
    seen.sum += value;
  }

  *lines(): Iterable<string> {
    const { name } = this.head;
    yield* headLines(this.head, 'histogram');
    for (const [series, { counts, sum }] of this.series) {
      const before = series === '' ? '' : `${series},`;
      let count = 0;
      for (const [index, inside] of counts.entries()) {
        count += inside;
        yield sample(`${name}_bucket`, `${before}le="${this.bounds[index] ?? '+Inf'}"`, count);
      }
      yield sample(`${name}_sum`, series, sum);
      yield sample(`${name}_count`, series, count);
    }
  }
}

/** What one program tells of itself. */
export class MetricsRegistry {
  private readonly families: { lines(): Iterable<string> }[] = [];

  counter(name: string, help: string, labels: Labels = []): Counter {
    return this.with(new Counter({ name, help, labels }));
  }

  /** `read` gives the values at the time of reading. `is` says counter of what grows elsewhere. */
  gauge(
    name: string,
    help: string,
    labels: Labels,
    read: () => Iterable<readonly [values: Labels, value: number]>,
    is: 'gauge' | 'counter' = 'gauge',
  ): Gauge {
    return this.with(new Gauge({ name, help, labels }, read, is));
  }

  histogram(name: string, help: string, bounds: readonly number[], labels: Labels = []): Histogram {
    return this.with(new Histogram({ name, help, labels }, bounds));
  }

  /** Everything, line by line. */
  *lines(): Iterable<string> {
    for (const family of this.families) yield* family.lines();
  }

  private with<Family extends { lines(): Iterable<string> }>(family: Family): Family {
    this.families.push(family);
    return family;
  }
}

function* headLines({ name, help }: FamilyHead, type: string): Iterable<string> {
  yield `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`;
  yield `# TYPE ${name} ${type}\n`;
}

function sample(name: string, series: string, value: number): string {
  return `${name}${series === '' ? '' : `{${series}}`} ${value}\n`;
}

function seriesOf(labels: Labels, values: Labels): string {
  let series = '';
  for (let index = 0; index < labels.length; index++) {
    series += `${index === 0 ? '' : ','}${labels[index]}="${escaped(values[index] ?? '')}"`;
  }
  return series;
}

function escaped(value: string): string {
  if (!/["\\\n]/.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
