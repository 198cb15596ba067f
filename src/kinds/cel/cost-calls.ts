import {
  addSizes,
  endless,
  fixedSize,
  multiplySizes,
  pathSize,
  product,
  type Size,
  type Sized,
  unionSize,
  unknownSize,
} from '#kinds/cel/cost-sizes.ts';
import type { Overload } from '#kinds/cel/declarations.ts';
import type { CelTypeOf } from '#kinds/cel/types.ts';

/** What a call costs at most beside its arguments, and how large its result can be. */
export interface CallCost {
  readonly cost: number;
  readonly size?: Size;
}

/** A call of one overload: `root` is the type of the value that the rule is about. */
export interface CostedCall {
  readonly name: string;
  readonly overload: Overload;
  readonly target: Sized | undefined;
  readonly args: readonly Sized[];
  readonly root: CelTypeOf;
}

const perChar = 0.1;
const perPatternChar = 0.25;
const listCost = 10;
const callCost = 1;
const formatPatternMax = 128;
const addressSizeMax = 16;

/** Sizes times a factor, in whole steps. */
function times(size: Size, factor: number): number {
  return Math.ceil(product(size.max, factor));
}

/** The most that a call can cost beside its arguments (Kubernetes v1.36: the estimates for definitions). */
export function costOfCall(call: CostedCall): CallCost {
  const own = Object.hasOwn(costs, call.name) ? costs[call.name]?.(call) : undefined;
  return own ?? { cost: callCost };
}

type Cost = (call: CostedCall) => CallCost | undefined;

const sizeOf = ({ root }: CostedCall, of: Sized | undefined): Size =>
  of === undefined ? unknownSize : (of.size ?? pathSize(root, of.path) ?? unknownSize);

/** The size of the items of what a method is called on. */
function itemSize({ root, target }: CostedCall): Size {
  if (target === undefined || target.path.length === 0) return unknownSize;
  return pathSize(root, [...target.path, '@items']) ?? unknownSize;
}

const read: Cost = (call) => ({ cost: times(sizeOf(call, call.args[0]), perChar) });
const readAll: Cost = (call) => {
  const size = sizeOf(call, call.args[0]);
  return { cost: times(size, perChar), size };
};
const changed: Cost = (call) => {
  const size = sizeOf(call, call.target);
  return { cost: times(size, perChar), size };
};

/** Each item of a list is looked at, texts as a whole. */
const searched: Cost = (call) => {
  const [item] = call.target?.type.of ?? [];
  const size = sizeOf(call, call.target);
  if (item === undefined) return { cost: times(size, perChar) };
  const isText = item.name === 'string' || item.name === 'bytes';
  return { cost: product(size.max, 1 + (isText ? times(itemSize(call), perChar) : 0)) };
};

/** A pattern is held against a text. */
const matched: Cost = (call) => {
  const pattern = call.target === undefined ? undefined : call.args[0];
  if (pattern === undefined) return undefined;
  const size = sizeOf(call, call.target);
  const cost = product(times(addSizes(size, fixedSize(1)), perChar), times(sizeOf(call, pattern), perPatternChar));
  return call.name === 'matches' ? { cost } : { cost, size: { min: 0, max: size.max } };
};

const replaced: Cost = (call) => {
  const size = sizeOf(call, call.target);
  const [old, now] = call.args.map((arg) => sizeOf(call, arg));
  if (old === undefined || now === undefined) return undefined;
  const count = (own: number, oldBest: number, nowBest: number): readonly [count: number, kept: number] => {
    if (oldBest === 0) return [own + 1, own];
    return nowBest <= oldBest ? [0, own] : [Math.ceil(own / oldBest), 0];
  };
  const [countMax, keptMax] = count(size.max, old.min, now.max);
  const result = { min: 0, max: product(countMax, now.max) + keptMax };
  return { cost: times(size, 2 * perChar), size: result };
};

const splitted: Cost = (call) => {
  const size = sizeOf(call, call.target);
  const literal = call.args[1]?.expression;
  const max =
    literal?.is === 'value' && typeof literal.value === 'bigint' ? Number(BigInt.asUintN(64, literal.value)) : size.max;
  return { cost: times(size, 2 * perChar), size: { min: 0, max } };
};

const joined: Cost = (call) => {
  const count = sizeOf(call, call.target);
  const items = multiplySizes(count, itemSize(call));
  const between = { min: Math.max(count.min - 1, 0), max: Math.max(count.max - 1, 0) };
  const [by] = call.args;
  const size = by === undefined ? items : addSizes(items, multiplySizes(sizeOf(call, by), between));
  return { cost: times(size, perChar), size };
};

/** A list is made of a list, with so many steps for each item. */
function listOf(factor: number, size: Size): CallCost {
  return { cost: times(size, factor) + callCost + listCost, size };
}

function whole({ expression }: Sized, otherwise: number): number {
  if (expression.is !== 'value' || typeof expression.value !== 'bigint') return otherwise;
  return Math.max(Number(expression.value), 0);
}

/** Each item is compared with each other. */
function compared(call: CostedCall, keys: Sized | undefined, item: CelTypeOf | undefined): CallCost {
  const size = sizeOf(call, keys);
  const isText = item?.name === 'string' || item?.name === 'bytes';
  return listOf(2 + (isText ? perChar : 0), multiplySizes(size, size));
}

const addressCost = times(fixedSize(2 * addressSizeMax), perChar);

const contains =
  (more: number): Cost =>
  (call) => {
    const isText = call.overload.takes[1]?.name === 'string';
    return { cost: addressCost + more + (isText ? times(sizeOf(call, call.args[0]), perChar) : 0) };
  };

/** Texts, lists and what else has a size are compared up to the end of the shorter. */
const equal: Cost = (call) => {
  const [left, right] = call.args;
  if (left === undefined || right === undefined) return undefined;
  const { name } = left.type;
  if (name === right.type.name && /^(?:net|kubernetes)\./.test(name) && call.name === '==') {
    return { cost: name === 'kubernetes.NamedFormat' ? Math.ceil(64 * perChar) : callCost };
  }
  const [a, b] = [left.size ?? unknownSize, right.size ?? unknownSize];
  return { cost: times({ min: 0, max: Math.min(a.max, b.max) }, perChar) };
};

const ordered: Cost = (call) => {
  const [type] = call.overload.takes;
  return type?.name === 'string' || type?.name === 'bytes' ? equal(call) : undefined;
};

const added: Cost = (call) => {
  const [type] = call.overload.takes;
  const [a, b] = call.args.map(({ size }) => size ?? unknownSize);
  if (a === undefined || b === undefined || !['string', 'bytes', 'list'].includes(type?.name ?? '')) return undefined;
  const size = addSizes(a, b);
  return { cost: type?.name === 'list' ? callCost : times(size, perChar), size };
};

const costs: { readonly [name: string]: Cost } = {
  ...Object.fromEntries(['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map((name) => [name, searched])),
  ...Object.fromEntries(['lowerAscii', 'upperAscii', 'substring', 'trim'].map((name) => [name, changed])),
  ...Object.fromEntries(
    ['cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver'].map((name) => [name, read]),
  ),
  ...Object.fromEntries(['<', '<=', '>', '>='].map((sign) => [sign, ordered])),
  url: readAll,
  ip: (call) => (call.overload.isMethod ? undefined : read(call)),
  'ip.isCanonical': (call) => ({ cost: times(sizeOf(call, call.args[0]), 2 * perChar) }),
  replace: replaced,
  split: splitted,
  join: joined,
  matches: matched,
  find: matched,
  findAll: matched,
  containsIP: contains(0),
  containsCIDR: contains(Math.ceil(addressSizeMax * perChar) + 1),
  validate: (call) => ({
    cost: Math.ceil(product(times(sizeOf(call, call.args[0]), perChar), formatPatternMax * perPatternChar)),
  }),
  slice: (call) => {
    const [from, to] = call.args;
    const size = sizeOf(call, call.target);
    if (from === undefined || to === undefined) return undefined;
    const count = whole(to, size.max) - whole(from, 0);
    // Upstream counts without a sign: less than nothing is without end.
    return listOf(1, fixedSize(count < 0 ? endless : count));
  },
  flatten: (call) => {
    const [depth] = call.args;
    return listOf(depth === undefined ? 1 : whole(depth, endless), sizeOf(call, call.target));
  },
  'lists.range': ({ args: [count] }) => (count === undefined ? undefined : listOf(1, fixedSize(whole(count, endless)))),
  reverse: (call) => listOf(1, sizeOf(call, call.target)),
  distinct: (call) => {
    const size = sizeOf(call, call.target);
    return listOf(2, multiplySizes(size, size));
  },
  sort: (call) => compared(call, call.target, call.overload.takes[0]?.of[0]),
  '@sortByAssociatedKeys': (call) => compared(call, call.args[0], call.overload.takes[1]?.of[0]),
  format: ({ target }) => ({ cost: times(target?.size ?? unknownSize, perChar) }),
  bytes: (call) => {
    const size = call.args[0]?.size ?? unknownSize;
    if (call.overload.takes[0]?.name !== 'string') return undefined;
    return { cost: times(size, perChar), size: { min: size.min, max: product(size.max, 4) } };
  },
  string: (call) => {
    const size = call.args[0]?.size ?? unknownSize;
    if (call.overload.takes[0]?.name === 'bytes') {
      return { cost: times(size, perChar), size: { min: Math.floor(size.min / 4), max: size.max } };
    }
    return undefined;
  },
  'strings.quote': ({ args: [text] }) => {
    const size = text?.size ?? unknownSize;
    return { cost: times(size, perChar), size: { min: size.min + 2, max: Math.min(size.max * 2 + 2, endless) } };
  },
  startsWith: ({ args: [start] }) => ({ cost: times(start?.size ?? unknownSize, perChar) }),
  endsWith: ({ args: [end] }) => ({ cost: times(end?.size ?? unknownSize, perChar) }),
  contains: ({ target, args: [part] }) => ({
    cost: product(times(target?.size ?? unknownSize, perChar), times(part?.size ?? unknownSize, perChar)),
  }),
  in: ({ overload, args }) =>
    overload.takes[1]?.name === 'list' ? { cost: times(args[1]?.size ?? unknownSize, 1) } : undefined,
  '==': equal,
  '!=': equal,
  '+': added,
};

/** The larger of two costs of a call that could be of either overload. */
export function unionCost(a: CallCost | undefined, b: CallCost): CallCost {
  if (a === undefined) return b;
  const size = a.size === undefined ? b.size : b.size === undefined ? a.size : unionSize(a.size, b.size);
  return { cost: Math.max(a.cost, b.cost), ...(size === undefined ? {} : { size }) };
}
