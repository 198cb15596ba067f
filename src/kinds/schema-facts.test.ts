import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { catalog } from '#kinds/catalog.ts';
import { DeleteOptions, Status } from '#kinds/meta/schema.ts';
import type { Field, ObjectType, ScalarKind, Type } from '#schema/type.ts';

interface FieldFact {
  readonly type?: string;
  readonly format?: string;
  readonly ref?: string;
  readonly items?: FieldFact;
  readonly values?: FieldFact;
  readonly default?: unknown;
  readonly listType?: string;
  readonly mapType?: string;
  readonly mapKeys?: readonly string[];
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
  readonly proto?: number;
  readonly protoType?: string;
}

interface TypeFact {
  readonly required?: readonly string[];
  readonly mapType?: string;
  readonly unions?: unknown;
  readonly fields?: { readonly [name: string]: FieldFact };
  readonly protoOnly?: { readonly [name: string]: { readonly proto: number; readonly protoType: string } };
}

const folder = new URL('../../test/facts/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('fields.json'));
const facts: { readonly [name: string]: TypeFact } = Object.assign(
  {},
  ...files.map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8'))),
);

/** All object types that the kinds of the catalog are made of. */
function reachable(): Map<string, ObjectType> {
  const found = new Map<string, ObjectType>();
  const queue: Type[] = [...catalog.map(({ schema }) => schema), DeleteOptions, Status];
  for (let type = queue.pop(); type !== undefined; type = queue.pop()) {
    if (type.is === 'list') queue.push(type.item);
    else if (type.is === 'map') queue.push(type.value);
    else if (type.is === 'object' && !found.has(type.name)) {
      found.set(type.name, type);
      queue.push(...Object.values(type.fields).map((field) => field.type));
    } else if (type.is === 'choice') queue.push(type.object, type.other);
  }
  return found;
}

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const leaves: { readonly [K in ScalarKind]: FieldFact } = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
  quantity: { ref: 'io.k8s.apimachinery.pkg.api.resource.Quantity' },
  intOrString: { ref: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString' },
  time: { ref: `${meta}.Time` },
  microTime: { ref: `${meta}.MicroTime` },
  raw: {},
};

function typeFact(type: Type): FieldFact {
  if (type.is === 'list') return { type: 'array', items: typeFact(type.item) };
  if (type.is === 'map') return { type: 'object', values: typeFact(type.value) };
  if (type.is === 'object' || type.is === 'choice') return { ref: type.name };
  if (type.definition !== undefined) return { ref: type.definition };
  return leaves[type.is];
}

function fieldFact(field: Field): FieldFact {
  const { type, options } = field;
  const isAtomicMap = options.atomic === true || (type.is === 'map' && type.atomic);
  return {
    ...typeFact(type),
    ...(options.default ? { default: options.default } : {}),
    ...(isAtomicMap ? { mapType: 'atomic' } : {}),
    ...(options.granular === true ? { mapType: 'granular' } : {}),
    ...(type.is === 'list' ? listFact(type) : {}),
    ...(options.replaced === true ? { patchStrategy: 'replace' } : {}),
    ...(options.retainKeys === true ? { patchStrategy: 'retainKeys' } : {}),
  };
}

function listFact({ merge: { apply, patch } }: Extract<Type, { is: 'list' }>): FieldFact {
  return {
    listType: apply.as,
    ...(apply.as === 'map' ? { mapKeys: apply.keys } : {}),
    ...(patch.as === 'merge' ? { patchStrategy: patch.retainKeys === true ? 'merge,retainKeys' : 'merge' } : {}),
    ...(patch.as === 'merge' && patch.key !== undefined ? { patchMergeKey: patch.key } : {}),
  };
}

/** The spelling of a type in `.proto` files, without packages. */
function protoType(type: Type): string {
  switch (type.is) {
    case 'list':
      return `repeated ${protoType(type.item)}`;
    case 'map':
      // Lists in maps stand in a message of their own; upstream has one such message.
      return `map<string, ${type.value.is === 'list' ? 'ExtraValue' : protoType(type.value)}>`;
    case 'object':
    case 'choice':
      return shortName(type.name);
    case 'boolean':
      return 'bool';
    case 'string':
    case 'int32':
    case 'int64':
    case 'double':
    case 'bytes':
      return type.is;
    default:
      return shortName(typeFact(type).ref ?? '');
  }
}

function shortName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

for (const [name, type] of reachable()) {
  test(`${shortName(name)} is what upstream says it is`, () => {
    const fact = facts[name];
    assert.ok(fact !== undefined, `${name} is no published type`);
    const fields = Object.entries(type.fields);
    const required = fields.filter(([, field]) => field.presence === 'required').map(([field]) => field);
    assert.deepEqual(required.toSorted(), (fact.required ?? []).toSorted(), 'required fields');
    assert.equal(type.atomic ? 'atomic' : undefined, fact.mapType, 'map type');
    assert.deepEqual(Object.keys(type.fields).toSorted(), Object.keys(fact.fields ?? {}).toSorted(), 'field names');
    for (const [key, field] of fields) checkField(key, field, fact);
  });
}

function checkField(key: string, field: Field, owner: TypeFact): void {
  const { proto, protoType: wireType, ...published } = owner.fields?.[key] ?? {};
  assert.deepEqual(fieldFact(field), published, key);
  const container = field.options.embedded;
  if (container !== undefined) {
    assert.equal(proto, undefined, `${key} stands in an embedded message`);
    const containers = Object.values(owner.protoOnly ?? {}).map((message) => message.proto);
    assert.ok(containers.includes(container[0] ?? 0), `${key} is in a message that exists`);
    return;
  }
  // Some keys are no names in protobuf: there they are spelt otherwise.
  const spelt = owner.protoOnly?.[key.replaceAll(/[-$]+(\w)/g, (_, letter: string) => letter.toUpperCase())];
  const capital = owner.protoOnly?.[key.replace(/id$/, 'ID')];
  const hidden = owner.protoOnly?.[key.replace('$', '')] ?? spelt ?? capital;
  assert.equal(field.proto, proto ?? hidden?.proto ?? 0, `protobuf number of ${key}`);
  if (wireType !== undefined) {
    assert.equal(protoType(field.type), wireType.replaceAll(/[\w.]+\.(\w+)/g, '$1'), `protobuf type of ${key}`);
  }
}

test('embedded messages give each of their fields one number', () => {
  for (const type of reachable().values()) {
    const places = Object.values(type.fields)
      .filter(({ proto }) => proto > 0)
      .map(({ proto, options }) => `${options.embedded?.join('/') ?? 'own'}/${proto}`);
    assert.equal(new Set(places).size, places.length, type.name);
  }
});

test('everything that kubectl explain can show is explained', () => {
  for (const type of reachable().values()) {
    assert.notEqual(type.doc, '', type.name);
    for (const [name, field] of Object.entries(type.fields)) assert.notEqual(field.doc, '', `${type.name}.${name}`);
  }
});
