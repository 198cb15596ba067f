import { isObject, jsonEqual } from '#base/json.ts';

/** All values at a path, none if there is nothing. */
export type ReadPath = (value: unknown) => readonly unknown[];

/** Thrown for a path that cannot be read. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

/** Reads the paths that printer columns use, such as `.spec.depth`, `.metadata.labels.app\.io/name`, `.spec.ports[0].name`,
 *  `.spec['a.b']`, `.items[*].name` and `.status.conditions[?(@.type=="Ready")].status`. Throws `JsonPathError` for another one. */
export function parseJsonPath(path: string): ReadPath {
  const steps = new PathParser(path).steps();
  return (value) => steps.reduce<readonly unknown[]>((values, step) => values.flatMap(step), [value]);
}

type Step = (value: unknown) => readonly unknown[];

class PathParser {
  private readonly path: string;
  private at = 0;

  constructor(path: string) {
    this.path = path;
  }

  steps(): readonly Step[] {
    const steps: Step[] = [];
    while (this.at < this.path.length) {
      const char = this.path[this.at];
      if (char === '.') {
        this.at += 1;
        const name = this.name();
        if (name !== '') steps.push(name === '*' ? everything : field(name));
      } else if (char === '[') steps.push(this.bracket());
      else throw new JsonPathError(`unexpected ${char} in path ${this.path}`);
    }
    return steps;
  }

  /** A name after a point, up to the next point or bracket; a backslash takes away the meaning of what follows. */
  private name(): string {
    let name = '';
    for (; this.at < this.path.length; this.at += 1) {
      const char = this.path.charAt(this.at);
      if (char === '.' || char === '[') break;
      if (char === '\\') this.at += 1;
      name += this.path.charAt(this.at);
    }
    return name;
  }

  private bracket(): Step {
    const rest = this.path.slice(this.at);
    const match =
      /^\[(?:(?<star>\*)|(?<index>-?\d{1,9})|'(?<single>[^']*)'|"(?<double>[^"]*)"|\?\((?<filter>.*?)\)(?=\]))\]/.exec(
        rest,
      );
    if (match?.groups === undefined) throw new JsonPathError(`cannot read ${rest} in path ${this.path}`);
    this.at += match[0].length;
    const { star, index, single, double, filter } = match.groups;
    if (star !== undefined) return everything;
    if (index !== undefined) return (value) => (Array.isArray(value) ? present(value.at(Number(index))) : []);
    if (filter !== undefined) return filterOf(filter);
    return field(single ?? double ?? '');
  }
}

const everything: Step = (value) => (Array.isArray(value) ? value : isObject(value) ? Object.values(value) : []);

function field(name: string): Step {
  return (value) => (isObject(value) && Object.hasOwn(value, name) ? present(value[name]) : []);
}

function present(value: unknown): readonly unknown[] {
  return value === undefined ? [] : [value];
}

/** The items of a list for which a comparison holds, such as `@.type=="Ready"`, or that have something: `@.ready`. */
function filterOf(text: string): Step {
  const match = /^\s*@(?<path>[^=!<>\s]*)\s*(?:(?<operator>==|!=|<=|>=|<|>)\s*(?<value>.+?))?\s*$/.exec(text);
  if (match?.groups === undefined) throw new JsonPathError(`cannot read the filter ${text}`);
  const { path = '', operator, value } = match.groups;
  const read = parseJsonPath(path);
  if (operator === undefined || value === undefined) return itemsWhere((item) => read(item).length > 0);
  const wanted = literal(value);
  return itemsWhere((item) => {
    const [found] = read(item);
    return found !== undefined && compare(found, operator, wanted);
  });
}

function itemsWhere(test: (item: unknown) => boolean): Step {
  return (value) => (Array.isArray(value) ? value.filter(test) : []);
}

function literal(text: string): unknown {
  const quoted = /^(?:'(?<single>[^']*)'|"(?<double>[^"]*)")$/.exec(text)?.groups;
  if (quoted !== undefined) return quoted.single ?? quoted.double;
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new JsonPathError(`cannot read the value ${text}`);
}

function compare(a: unknown, operator: string, b: unknown): boolean {
  if (operator === '==') return jsonEqual(a, b);
  if (operator === '!=') return !jsonEqual(a, b);
  if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) return false;
  const [left, right] = [a, b as typeof a];
  if (operator === '<') return left < right;
  if (operator === '>') return left > right;
  return operator === '<=' ? left <= right : left >= right;
}
