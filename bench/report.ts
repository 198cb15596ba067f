/** One measured figure, with the raw floor it stands on. */
export interface BenchResult {
  readonly name: string;
  /** Median over the runs. */
  readonly median: number;
  readonly unit: string;
  /** What the machine does in the same run without us, in the same unit. */
  readonly floor?: { readonly name: string; readonly median: number };
}

/** The middle of `figures` (of an even number, the upper of the two in the middle). */
export function median(figures: readonly number[]): number {
  return quantile(figures, 0.5);
}

/** The figure that `share` of all figures are below. */
export function quantile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The results as a small table, one line each. */
export function table(results: readonly BenchResult[]): string {
  const rows = results.map(({ name, median: middle, unit, floor }) => [
    name,
    figure(middle),
    unit,
    floor === undefined ? '' : `${floor.name}: ${figure(floor.median)} ${unit}`,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(([name = '', middle = '', unit = '', floor = '']) =>
      `${name.padEnd(widths[0] ?? 0)}  ${middle.padStart(widths[1] ?? 0)} ${unit.padEnd(widths[2] ?? 0)}  ${floor}`.trimEnd(),
    )
    .join('\n');
}

function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}
