/** What a text of completion indexes says, or why it says nothing, in upstream's words (spec: job.md section 5.2). */
export type IndexText = { readonly count: number } | { readonly problem: string };

/** Checks a text such as "1,3-5,7" as strictly as a client's must be; none of its indexes may reach `completions`. */
export function readIndexText(text: string, completions: number): IndexText {
  let count = 0;
  let previous = -1;
  for (const part of text === '' ? [] : text.split(',')) {
    const run = readRun(part, completions);
    if ('problem' in run) return run;
    if (previous >= run.first) return unordered(previous, run.first);
    previous = run.last;
    count += run.last - run.first + 1;
  }
  return { count };
}

function readRun(part: string, completions: number): { first: number; last: number } | { problem: string } {
  const ends = part.split('-');
  if (ends.length > 2) {
    const rule = "violates the requirement that an index interval can have at most two parts separated by '-'";
    return { problem: `the fragment ${JSON.stringify(part)} ${rule}` };
  }
  const numbers: number[] = [];
  for (const end of ends) {
    if (!/^\+?[0-9]{1,18}$/.test(end)) {
      return { problem: `cannot convert string to integer for index: ${JSON.stringify(end)}` };
    }
    if (Number(end) >= completions) return { problem: `too large index: ${JSON.stringify(end)}` };
    numbers.push(Number(end));
  }
  const [first = 0, last = first] = numbers;
  return numbers.length === 2 && first >= last ? unordered(first, last) : { first, last };
}

function unordered(previous: number, current: number): { problem: string } {
  return { problem: `non-increasing order, previous: ${previous}, current: ${current}` };
}
