import type { Json } from '#base/json.ts';
import type { Field, ListType, ObjectType, Presence, Type } from '#schema/type.ts';

/** What server-side apply needs to know of a type, worked out once per schema. */
export type Node = LeafNode | StructNode | MapNode | KeyedListNode | SetNode;

/** Owned and replaced as a whole: scalars, and what the schema calls atomic. */
export interface LeafNode {
  readonly is: 'leaf';
  readonly type: Type;
}

export interface StructNode {
  readonly is: 'struct';
  readonly fields: ReadonlyMap<string, FieldNode>;
  /** What fields hold that are not named above; absent where there are none. */
  readonly others?: Node;
  /** Fields that are not among those others either. */
  readonly untracked?: ReadonlySet<string>;
}

export interface FieldNode {
  /** `f:<name>`. */
  readonly element: string;
  readonly presence: Presence;
  readonly node: Node;
}

export interface MapNode {
  readonly is: 'map';
  readonly value: Node;
  /** The value itself may also be a list or a scalar, which then is owned as a whole. */
  readonly loose?: true;
}

export interface KeyedListNode {
  readonly is: 'keyed-list';
  readonly item: Node;
  /** Sorted. */
  readonly keys: readonly string[];
  /** What a key that an item leaves out stands for; undefined if it may not be left out. */
  readonly defaults: readonly (Json | undefined)[];
}

export interface SetNode {
  readonly is: 'set';
  readonly type: Type;
}

const nodes = new WeakMap<Type, Node>();
const atomicNodes = new WeakMap<Type, LeafNode>();
const tracked = new WeakMap<ObjectType, StructNode>();

/** What the schema does not describe: objects are tracked key by key, all else as a whole. */
const loose: MapNode = {
  is: 'map',
  loose: true,
  get value() {
    return loose;
  },
};

/** What an object holds at `key`; undefined if it cannot hold such a thing. */
export function childOf(node: StructNode | MapNode, key: string): Node | undefined {
  if (node.is === 'map') return node.value;
  return node.fields.get(key)?.node ?? (node.untracked?.has(key) === true ? undefined : node.others);
}

/** What is below an object or a map that is replaced as a whole, for those who must look inside. */
export function nodeInside(type: Extract<Type, { is: 'object' | 'map' }>): StructNode | MapNode {
  if (type.is === 'map') return { is: 'map', value: nodeOfType(type.value) };
  const fields = Object.entries(type.fields).map(([name, field]) => [name, fieldNode(name, field)] as const);
  return { is: 'struct', fields: new Map(fields), ...othersOf(type) };
}

/** The node of `type`, the same one each time. */
export function nodeOfType(type: Type): Node {
  const known = nodes.get(type);
  if (known !== undefined) return known;
  switch (type.is) {
    case 'object':
      return type.atomic ? leafOf(type) : structOf(type);
    case 'map':
      if (type.loose === true) return loose;
      return remember(type, type.atomic ? leafOf(type) : { is: 'map', value: nodeOfType(type.value) });
    case 'choice':
      return loose;
    case 'list':
      return remember(type, listOf(type));
    default:
      return leafOf(type);
  }
}

function remember(type: Type, node: Node): Node {
  nodes.set(type, node);
  return node;
}

function leafOf(type: Type): LeafNode {
  const known = atomicNodes.get(type);
  if (known !== undefined) return known;
  const node: LeafNode = { is: 'leaf', type };
  atomicNodes.set(type, node);
  return node;
}

/** Remembered before its fields are looked at, since a schema may contain itself. */
function structOf(type: ObjectType): StructNode {
  const fields = new Map<string, FieldNode>();
  const node: StructNode = { is: 'struct', fields, ...othersOf(type) };
  nodes.set(type, node);
  for (const [name, field] of Object.entries(type.fields)) fields.set(name, fieldNode(name, field));
  return node;
}

function othersOf({ others }: ObjectType): { readonly others?: Node } {
  return others === undefined ? {} : { others: nodeOfType(others) };
}

function fieldNode(name: string, field: Field): FieldNode {
  return { element: `f:${name}`, presence: field.presence, node: nodeOfField(field) };
}

function nodeOfField({ type, options }: Field): Node {
  if (options.granular === true && type.is === 'object') return nodeInside(type);
  return options.atomic ? leafOf(type) : nodeOfType(type);
}

function listOf(type: ListType): Node {
  const { apply } = type.merge;
  if (apply.as === 'atomic') return leafOf(type);
  if (apply.as === 'set') return { is: 'set', type: type.item };
  const keys = [...apply.keys].sort();
  const { item } = type;
  const defaults = keys.map((key) => (item.is === 'object' ? item.fields[key]?.options.default : undefined));
  return { is: 'keyed-list', item: nodeOfType(item), keys, defaults };
}

/** Fields nobody owns (spec: api.md section 9.1). */
const untracked = new Set(['apiVersion', 'kind']);
const untrackedMeta = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'generation',
  'resourceVersion',
  'selfLink',
  'managedFields',
];

/** The node of a kind's objects without the fields that are never tracked. */
export function trackedNodeOf(type: ObjectType): StructNode {
  const known = tracked.get(type);
  if (known !== undefined) return known;
  const fields = new Map((nodeOfType(type) as StructNode).fields);
  for (const name of untracked) fields.delete(name);
  const metadata = fields.get('metadata');
  if (metadata !== undefined) {
    const inside = new Map((metadata.node as StructNode).fields);
    for (const name of untrackedMeta) inside.delete(name);
    fields.set('metadata', { ...metadata, node: { is: 'struct', fields: inside } });
  }
  const node: StructNode = { is: 'struct', fields, ...othersOf(type), untracked };
  tracked.set(type, node);
  return node;
}
