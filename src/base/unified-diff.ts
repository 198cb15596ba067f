/** A run of equal lines: `size` of them, from `a` in the old text and from `b` in the new one. */
interface Match {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

type Lines = readonly string[];

const context = 3;
/** From here on, only what lies between the equal beginnings and ends is looked at, as one change. */
const linesMax = 3_000;
const popularFrom = 200;

/** What differs between two texts, as hunks of a unified diff without file names, each line ended; '' if nothing does.
 *  Lines are matched as Python's difflib matches them: the longest equal run first, then to its left and right. */
export function unifiedDiff(old: Lines, now: Lines): string {
  const matches = old.length + now.length > linesMax ? ends(old, now) : matchAll(old, now);
  return hunks(joined(matches), old, now)
    .map((hunk) => hunkText(hunk, old, now))
    .join('');
}

function ends(old: Lines, now: Lines): readonly Match[] {
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  return [
    { a: 0, b: 0, size: head },
    { a: old.length - tail, b: now.length - tail, size: tail },
  ].filter(({ size }) => size > 0);
}

function matchAll(old: Lines, now: Lines): readonly Match[] {
  const places = placesOf(now);
  const within = (aFrom: number, aTo: number, bFrom: number, bTo: number): readonly Match[] => {
    const match = longest(old, now, places, { aFrom, aTo, bFrom, bTo });
    if (match.size === 0) return [];
    const { a, b, size } = match;
    return [
      ...(aFrom < a && bFrom < b ? within(aFrom, a, bFrom, b) : []),
      match,
      ...(a + size < aTo && b + size < bTo ? within(a + size, aTo, b + size, bTo) : []),
    ];
  };
  return within(0, old.length, 0, now.length);
}

/** Where each line stands. In a long text the lines that are everywhere start no match. */
function placesOf(lines: Lines): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  lines.forEach((line, index) => {
    const known = places.get(line);
    if (known === undefined) places.set(line, [index]);
    else known.push(index);
  });
  if (lines.length < popularFrom) return places;
  const countMax = Math.floor(lines.length / 100) + 1;
  return new Map([...places].filter(([, { length }]) => length <= countMax));
}

interface Range {
  readonly aFrom: number;
  readonly aTo: number;
  readonly bFrom: number;
  readonly bTo: number;
}

function longest(old: Lines, now: Lines, places: ReadonlyMap<string, readonly number[]>, range: Range): Match {
  const { aFrom, aTo, bFrom, bTo } = range;
  let best: Match = { a: aFrom, b: bFrom, size: 0 };
  // How long the equal run is that ends before each new line: of the old line before, and of this one.
  let [before, here] = [new Int32Array(bTo - bFrom + 1), new Int32Array(bTo - bFrom + 1)];
  for (let a = aFrom; a < aTo; a++) {
    here.fill(0);
    for (const b of places.get(old[a] ?? '') ?? []) {
      if (b >= bTo) break;
      if (b < bFrom) continue;
      const size = (before[b - bFrom] ?? 0) + 1;
      here[b - bFrom + 1] = size;
      if (size > best.size) best = { a: a - size + 1, b: b - size + 1, size };
    }
    [before, here] = [here, before];
  }
  let { a, b, size } = best;
  while (a > aFrom && b > bFrom && old[a - 1] === now[b - 1]) [a, b, size] = [a - 1, b - 1, size + 1];
  while (a + size < aTo && b + size < bTo && old[a + size] === now[b + size]) size++;
  return { a, b, size };
}

function joined(matches: readonly Match[]): readonly Match[] {
  const all: Match[] = [];
  for (const match of matches) {
    const last = all.at(-1);
    if (last !== undefined && last.a + last.size === match.a && last.b + last.size === match.b) {
      all[all.length - 1] = { ...last, size: last.size + match.size };
    } else all.push(match);
  }
  return all;
}

/** Lines of the old and of the new text; equal ones, or one change. */
interface Part extends Range {
  readonly equal: boolean;
}

/** The changes with the lines around them, those that are near each other together. */
function hunks(matches: readonly Match[], old: Lines, now: Lines): readonly (readonly Part[])[] {
  const all: Part[][] = [];
  let hunk: Part[] = [];
  let [a, b] = [0, 0];
  for (const match of [...matches, { a: old.length, b: now.length, size: 0 }]) {
    if (a < match.a || b < match.b) hunk.push({ equal: false, aFrom: a, aTo: match.a, bFrom: b, bTo: match.b });
    [a, b] = [match.a + match.size, match.b + match.size];
    const isFirst = hunk.length === 0;
    const isLast = a === old.length && b === now.length;
    const before = isLast ? 0 : context;
    const after = isFirst ? 0 : context;
    if (match.size <= before + after) {
      if (match.size > 0) hunk.push({ equal: true, aFrom: match.a, aTo: a, bFrom: match.b, bTo: b });
      continue;
    }
    if (!isFirst) {
      hunk.push({ equal: true, aFrom: match.a, aTo: match.a + context, bFrom: match.b, bTo: match.b + context });
      all.push(hunk);
    }
    hunk = isLast ? [] : [{ equal: true, aFrom: a - context, aTo: a, bFrom: b - context, bTo: b }];
  }
  return [...all, hunk].filter((parts) => parts.some(({ equal }) => !equal));
}

function hunkText(parts: readonly Part[], old: Lines, now: Lines): string {
  const [first, last] = [parts[0], parts.at(-1)];
  if (first === undefined || last === undefined) return '';
  const lines = parts.flatMap(({ equal, aFrom, aTo, bFrom, bTo }) =>
    equal
      ? old.slice(aFrom, aTo).map((line) => ` ${line}`)
      : [...old.slice(aFrom, aTo).map((line) => `-${line}`), ...now.slice(bFrom, bTo).map((line) => `+${line}`)],
  );
  const head = `@@ -${place(first.aFrom, last.aTo)} +${place(first.bFrom, last.bTo)} @@`;
  return [head, ...lines].map((line) => `${line}\n`).join('');
}

/** First line and number of lines, as hunks say it. */
function place(from: number, to: number): string {
  if (to - from === 1) return `${from + 1}`;
  return `${to === from ? from : from + 1},${to - from}`;
}
