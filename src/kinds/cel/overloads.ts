/** Types as the language writes them: `int`, `list(string)`, `map(string, int)`; undefined where only the value can tell. */
export type CelTypeText = string | undefined;

const ordered = ['bool', 'bytes', 'duration', 'string', 'timestamp'].map((type) => `${type},${type}->bool`);
const numbers = ['int', 'uint', 'double'];
const mixed = numbers.flatMap((a) => numbers.map((b) => `${a},${b}->bool`));
const order = [...ordered, ...mixed];
const same = (types: readonly string[]): readonly string[] => types.map((type) => `${type},${type}->${type}`);
const text = (...args: string[]): readonly string[] => [`string,${args.join(',')}->bool`];

/** What operators and some functions take and give; a capital stands for any type. Of other functions nothing is known. */
const overloads: { readonly [name: string]: readonly string[] } = {
  '==': ['A,A->bool'],
  '!=': ['A,A->bool'],
  '<': order,
  '<=': order,
  '>': order,
  '>=': order,
  '+': [
    ...same(['int', 'uint', 'double', 'string', 'bytes', 'duration']),
    'timestamp,duration->timestamp',
    'duration,timestamp->timestamp',
    'list(A),list(A)->list(A)',
  ],
  '-': [
    ...same(['int', 'uint', 'double', 'duration']),
    'timestamp,timestamp->duration',
    'timestamp,duration->timestamp',
  ],
  '*': same(numbers),
  '/': same(numbers),
  '%': same(['int', 'uint']),
  '&&': ['bool,bool->bool'],
  '||': ['bool,bool->bool'],
  '!': ['bool->bool'],
  negated: ['int->int', 'double->double'],
  in: ['A,list(A)->bool', 'A,map(A,B)->bool'],
  '?': ['bool,A,A->A'],
  '[]': ['list(A),int->A', 'map(A,B),A->B'],
  size: ['string->int', 'bytes->int', 'list(A)->int', 'map(A,B)->int'],
  contains: text('string'),
  endsWith: text('string'),
  startsWith: text('string'),
  matches: text('string'),
  lowerAscii: ['string->string'],
  upperAscii: ['string->string'],
  trim: ['string->string'],
};

/** How errors spell operators. */
const signs: { readonly [name: string]: string } = { in: '@in', negated: '-_', '!': '!_', '?': '_?_:_', '[]': '_[_]' };

/** What `name` gives for arguments of these types, or the error if it takes none such. `isMethod` if the first is its target. */
export function resultOf(
  name: string,
  args: readonly CelTypeText[],
  isMethod: boolean,
): { readonly type: CelTypeText } | { readonly problem: string } {
  const candidates = Object.hasOwn(overloads, name) ? overloads[name] : undefined;
  if (candidates === undefined) return { type: undefined };
  const results = candidates.flatMap((candidate) => {
    const [taken = '', given = ''] = candidate.split('->');
    const bound = new Map<string, string>();
    const wanted = split(taken);
    const fits = wanted.length === args.length && wanted.every((type, at) => matches(type, args[at], bound));
    return fits ? [substituted(given, bound)] : [];
  });
  if (results.length > 0) return { type: results.every((one) => one === results[0]) ? results[0] : undefined };
  const shown = args.map((type) => type ?? 'dyn');
  const [target, ...rest] = shown;
  const applied = isMethod ? `${target}.(${rest.join(', ')})` : `(${shown.join(', ')})`;
  const sign = signs[name] ?? (/\w/.test(name) ? name : `_${name}_`);
  return { problem: `found no matching overload for '${sign}' applied to '${applied}'` };
}

/** The parts of a list of types, of which some have parts themselves. */
function split(types: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of types.replaceAll(' ', '')) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part];
}

const isAny = (type: string): boolean => /^[A-Z]$/.test(type);

function matches(wanted: string, type: CelTypeText, bound: Map<string, string>): boolean {
  if (type === undefined || type === 'dyn' || wanted === 'dyn') return true;
  if (isAny(wanted)) {
    const before = bound.get(wanted);
    if (before === undefined) {
      bound.set(wanted, type);
      return true;
    }
    return matches(before, type, new Map());
  }
  if (isNull(wanted, type) || isNull(type, wanted)) return true;
  const [name, inside] = parts(wanted);
  const [otherName, otherInside] = parts(type);
  if (name !== otherName || inside.length !== otherInside.length) return false;
  return inside.every((part, at) => matches(part, otherInside[at], bound));
}

/** Objects, times and durations may be null as far as types go. */
function isNull(type: string, other: string): boolean {
  return type === 'null' && ['object', 'timestamp', 'duration'].includes(other);
}

/** "map(string,int)" is a map of two types. */
function parts(type: string): readonly [name: string, inside: readonly string[]] {
  const open = type.indexOf('(');
  return open < 0 ? [type, []] : [type.slice(0, open), split(type.slice(open + 1, -1))];
}

function substituted(given: string, bound: ReadonlyMap<string, string>): CelTypeText {
  if (isAny(given)) return bound.get(given);
  const [name, inside] = parts(given);
  return inside.length === 0 ? given : `${name}(${inside.map((part) => substituted(part, bound) ?? 'dyn').join(', ')})`;
}
