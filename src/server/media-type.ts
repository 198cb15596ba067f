/** One clause of an Accept header, or a Content-Type. */
export interface MediaType {
  /** Lower case, such as "application/json". */
  readonly type: string;
  readonly parameters: { readonly [name: string]: string };
  /** Weight, 0 to 1. */
  readonly q: number;
}

/** Reads one media type; parameters it does not know are kept and may be ignored. */
export function parseMediaType(text: string): MediaType {
  const [type = '', ...rest] = splitOutsideQuotes(text, ';');
  const parameters: { [name: string]: string } = {};
  for (const part of rest) {
    const equals = part.indexOf('=');
    if (equals < 0) continue;
    parameters[part.slice(0, equals).trim().toLowerCase()] = unquoted(part.slice(equals + 1).trim());
  }
  const weight = Number(parameters.q ?? '1');
  return { type: type.trim().toLowerCase(), parameters, q: Number.isFinite(weight) ? weight : 1 };
}

/** The clauses of an Accept header, best first: by weight, then as listed. No header accepts anything. */
export function parseAccept(header: string | undefined): readonly MediaType[] {
  if (header === undefined || header.trim() === '') return [{ type: '*/*', parameters: {}, q: 1 }];
  const clauses = splitOutsideQuotes(header, ',').filter((clause) => clause.trim() !== '');
  return clauses
    .map(parseMediaType)
    .filter((clause) => clause.q > 0)
    .toSorted((a, b) => b.q - a.q);
}

function splitOutsideQuotes(text: string, separator: string): readonly string[] {
  if (!text.includes('"')) return text.split(separator);
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted;
    else if (text[at] === separator && !quoted) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}

function unquoted(text: string): string {
  return text.startsWith('"') && text.endsWith('"') && text.length > 1 ? text.slice(1, -1) : text;
}
