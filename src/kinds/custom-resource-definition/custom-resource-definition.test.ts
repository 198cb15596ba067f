import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buoyDefinition } from '#kinds/custom-resource/test-buoys.ts';
import { customResourceDefinitions } from '#kinds/custom-resource-definition/custom-resource-definition.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import type { CustomResourceDefinition } from '#kinds/custom-resource-definition/schema.ts';
import { decoded, lines } from '#kinds/test-objects.ts';

const { rules, table } = customResourceDefinitions;
const oldLabel =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an " +
  "alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

function refused(definition: CustomResourceDefinition): readonly string[] {
  return lines(rules.validate?.(definition) ?? []);
}

function refusedSchema(schema: JSONSchemaProps, version: object = {}): readonly string[] {
  const errors = refused(buoyDefinition({ type: 'object', ...schema }, { ...version }));
  return errors.map((text) => text.replace('spec.validation.openAPIV3Schema', '$'));
}

test('names that follow from the kind are filled in, and the stored version is noted', () => {
  const { spec, status } = buoyDefinition({ type: 'object' });
  assert.deepEqual(spec.names, { plural: 'buoys', singular: 'buoy', kind: 'Buoy', listKind: 'BuoyList' });
  assert.deepEqual([spec.conversion, status.storedVersions], [{ strategy: 'None' }, ['v1']]);
  assert.equal(status.conditions, null);
  assert.deepEqual(refused(buoyDefinition({ type: 'object' })), []);
});

test('a webhook that would convert is described wholly, and never called', () => {
  const v1 = buoyDefinition({ type: 'object' }).spec.versions[0];
  const versions = [v1, { ...v1, name: 'v2', storage: false }];
  const converting = (webhook?: object) =>
    buoyDefinition({}, {}, { versions, conversion: { strategy: 'Webhook', ...(webhook && { webhook }) } });
  const at = 'spec.conversion.webhookClientConfig';
  const service = { namespace: 'harbour', name: 'converter' };
  const rows: readonly (readonly [webhook: object | undefined, refused: readonly string[]])[] = [
    [{ clientConfig: { service }, conversionReviewVersions: ['v1', 'v2'] }, []],
    [{ clientConfig: { url: 'https://converter.example/ask' }, conversionReviewVersions: ['v1beta1'] }, []],
    [
      undefined,
      [
        `${at}: Required value: required when strategy is set to Webhook`,
        'spec.conversion.conversionReviewVersions: Required value',
      ],
    ],
    [
      { clientConfig: {}, conversionReviewVersions: ['v2', 'v2', '2'] },
      [
        `${at}: Required value: exactly one of url or service is required`,
        'spec.conversion.conversionReviewVersions[1]: Invalid value: "v2": duplicate version',
        `spec.conversion.conversionReviewVersions[2]: Invalid value: "2": ${oldLabel}`,
        'spec.conversion.conversionReviewVersions: Invalid value: ["v2","v2","2"]: must include at least one of v1, v1beta1',
      ],
    ],
  ];
  for (const [webhook, problems] of rows) assert.deepEqual(refused(converting(webhook)), problems);
  const good = converting(rows[0]?.[0]);
  assert.equal(good.spec.conversion?.webhook?.clientConfig?.service?.port, 443);
  const warning =
    'spec.conversion.strategy: webhooks are never called: requests for versions other than v1, in which the objects are stored, fail';
  assert.deepEqual(rules.warnings?.(good, undefined), [warning]);
  assert.deepEqual(rules.warnings?.(good, good), []);
  assert.deepEqual(
    rules.warnings?.(buoyDefinition({}, {}, { versions: [v1], conversion: good.spec.conversion }), undefined),
    [],
  );
  // What nobody understood before may stay.
  const borne = converting({ clientConfig: { service }, conversionReviewVersions: ['v3'] });
  assert.equal(refused(borne).length, 1);
  assert.deepEqual(lines(rules.validateUpdate?.(borne, borne) ?? []), []);
  const leftOver = { strategy: 'None', webhook: { clientConfig: { service }, conversionReviewVersions: ['v1'] } };
  assert.deepEqual(refused(buoyDefinition({ type: 'object' }, {}, { conversion: leftOver })), [
    `${at}: Forbidden: should not be set when strategy is not set to Webhook`,
    'spec.conversion.conversionReviewVersions: Forbidden: should not be set when strategy is not set to Webhook',
  ]);
});

test('names and versions follow upstream rules', () => {
  const wrong = buoyDefinition({ type: 'object' }, { name: 'One' }, { scope: 'Everywhere', group: 'sea' });
  assert.deepEqual(refused(wrong), [
    'metadata.name: Invalid value: "buoys.sea.example": must be spec.names.plural+"."+spec.group',
    'spec.group: Invalid value: "sea": should be a domain with at least one dot',
    'spec.scope: Unsupported value: "Everywhere": supported values: "Cluster", "Namespaced"',
    `spec.versions[0].name: Invalid value: "One": ${oldLabel}`,
    `spec.version: Invalid value: "One": ${oldLabel}`,
  ]);
  const version = (name: string, storage: boolean) => ({
    ...buoyDefinition({ type: 'object' }).spec.versions[0],
    name,
    storage,
  });
  const twice = buoyDefinition({}, {}, { versions: [version('v1', true), version('v1', true)] });
  assert.deepEqual(
    refused(twice).map((line) => line.replace(/\[\{.*\}\]/, '[…]')),
    [
      'spec.versions: Invalid value: […]: must contain unique version names',
      'spec.versions: Invalid value: […]: must have exactly one version marked as storage version',
    ],
  );
  const none = buoyDefinition({}, {}, { versions: [] });
  assert.deepEqual(refused(none), [
    'spec.versions: Invalid value: []: must have exactly one version marked as storage version',
    'status.storedVersions: Invalid value: null: must have at least one stored version',
  ]);
  const old = buoyDefinition({ type: 'object' }, { deprecationWarning: 'x\n' });
  assert.deepEqual(refused(old), [
    'spec.versions[0].deprecationWarning: Invalid value: "x\\n": can only be set for deprecated versions',
  ]);
});

test('schemas say of every value what it is', () => {
  assert.deepEqual(
    refusedSchema({
      additionalProperties: { type: 'string' },
      properties: {
        metadata: { type: 'object', properties: { labels: { type: 'object' } } },
        a: {},
        b: { type: 'array' },
        c: { type: 'array', items: {} },
        d: { type: 'object', 'x-kubernetes-embedded-resource': true },
        e: { type: 'string', anyOf: [{ type: 'string' }, { default: 1 }] },
        f: { type: 'object', allOf: [{ properties: { x: { minimum: 1 } } }] },
        ok: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
      },
    }).toSorted(),
    [
      '$.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive',
      '$.additionalProperties: Forbidden: must not be used at the root',
      '$.properties[a].type: Required value: must not be empty for specified object fields',
      '$.properties[b].items: Required value: must be specified',
      '$.properties[c].items.type: Required value: must not be empty for specified array items',
      '$.properties[d].properties: Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      '$.properties[e].anyOf[0].type: Forbidden: must be empty to be structural',
      '$.properties[e].anyOf[1].default: Forbidden: must be undefined to be structural',
      '$.properties[f].properties[x]: Required value: because it is defined in spec.validation.openAPIV3Schema.properties[f].allOf[0].properties[x]',
      '$.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified',
    ],
  );
});

test('defaults are what their schemas allow, and patterns are patterns', () => {
  assert.deepEqual(
    refusedSchema({
      properties: {
        a: { type: 'integer', default: 'x' },
        b: { type: 'object', default: { c: 1, d: 2 }, properties: { c: { type: 'integer' } } },
        c: { type: 'array', default: ['a', 'a'], items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
        d: { type: 'object', default: {}, required: ['e'], properties: { e: { type: 'string' } } },
      },
    }),
    [
      '$.properties[a].default: Invalid value: "string":  in body must be of type integer: "string"',
      '$.properties[b].default: Invalid value: {"c":1,"d":2}: must not have unknown fields',
      '$.properties[d].default.e: Required value',
    ],
  );
  assert.deepEqual(refusedSchema({ properties: { a: { type: 'string', pattern: 'a(?!b)' } } }), [
    `$.properties[a].pattern: Invalid value: "a(?!b)": must be a valid regular expression, but isn't: error parsing regexp: invalid or unsupported Perl syntax: \`(?!\``,
  ]);
});

test('rules are expressions about what is there', () => {
  const rule = (text: string, more: object = {}): JSONSchemaProps['x-kubernetes-validations'] => [
    { rule: text, ...more },
  ];
  const words = (schema: JSONSchemaProps): readonly string[] =>
    refusedSchema({ properties: { a: { type: 'object', properties: { n: { type: 'integer' } }, ...schema } } }).map(
      (line) => line.replace('$.properties[a].x-kubernetes-validations[0]', '@').replace(/\{"Rule".*?\}/, '…'),
    );
  const rules = (text: string, more: object = {}) => words({ 'x-kubernetes-validations': rule(text, more) ?? [] });
  assert.deepEqual(rules('self.n > 0 && self.n != oldSelf.n'), []);
  assert.deepEqual(rules('self.m > 0'), [
    "@.rule: Invalid value: …: compilation failed: ERROR: <input>:1:5: undefined field 'm'\n | self.m > 0\n | ....^",
  ]);
  assert.deepEqual(rules('self.n >'), [
    "@.rule: Invalid value: …: compilation failed: ERROR: <input>:1:9: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | self.n >\n | ........^",
  ]);
  assert.deepEqual(rules('self.n == "a" || self.m'), [
    "@.rule: Invalid value: …: compilation failed: ERROR: <input>:1:8: found no matching overload for '_==_' applied to '(int, string)'\n" +
      ' | self.n == "a" || self.m\n | .......^\n' +
      "ERROR: <input>:1:22: undefined field 'm'\n" +
      ' | self.n == "a" || self.m\n | .....................^',
  ]);
  assert.deepEqual(rules('self.n', { messageExpression: 'self.n' }), [
    '@.rule: Invalid value: …: cel expression must evaluate to a bool',
  ]);
  assert.deepEqual(rules('self.n > 0', { messageExpression: 'self.n' }), [
    '@.messageExpression: Invalid value: …: messageExpression must evaluate to a string',
  ]);
  assert.deepEqual(rules(' '), ['@.rule: Required value: rule is not specified']);
  assert.deepEqual(rules('true', { message: ' ', reason: 'Odd', fieldPath: '.m', messageExpression: ' ' }), [
    '@.message: Invalid value: " ": must be non-empty if specified',
    '@.messageExpression: Required value: messageExpression must be non-empty if specified',
    '@.reason: Unsupported value: "Odd": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"',
    '@.fieldPath: Invalid value: ".m": must be a valid path',
  ]);
  assert.deepEqual(rules('self.n > 0', { fieldPath: '.n', messageExpression: 'self.x', optionalOldSelf: true }), [
    "@.messageExpression: Invalid value: …: messageExpression compilation failed: ERROR: <input>:1:5: undefined field 'x'\n | self.x\n | ....^",
    '@.optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule',
  ]);
  const list: JSONSchemaProps = {
    type: 'array',
    maxItems: 10,
    items: { type: 'string', maxLength: 10, 'x-kubernetes-validations': rule('self == oldSelf') ?? [] },
  };
  assert.deepEqual(refusedSchema({ properties: { list } }), [
    '$.properties[list].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the ' +
      'uncorrelatable portion of the schema within spec.validation.openAPIV3Schema.properties[list]',
  ]);
});

test('what is wrong with the words of a part keeps its rules from being read, and those above it, but no others', () => {
  const bad = { rule: 'self.m > 0' };
  const part = (...more: readonly object[]): JSONSchemaProps => ({
    type: 'object',
    properties: { n: { type: 'integer' } },
    'x-kubernetes-validations': [bad, ...more] as NonNullable<JSONSchemaProps['x-kubernetes-validations']>,
  });
  const found = refusedSchema({
    ...part(),
    properties: { a: part({ rule: 'true', message: 'a\nb', fieldPath: '.n\n' }), b: part() },
  }).map((line) => line.slice(0, line.indexOf(': ')));
  const at = (name: string, index: number) => `$.properties[${name}].x-kubernetes-validations[${index}]`;
  assert.deepEqual(found, [
    `${at('a', 1)}.message`,
    `${at('a', 1)}.fieldPath`,
    `${at('a', 1)}.fieldPath`,
    `${at('b', 0)}.rule`,
  ]);
});

test('a schema with words that mean nothing is not asked whether it is structural', () => {
  assert.deepEqual(refusedSchema({ properties: { a: { $ref: '#/x' }, b: {} } }), [
    '$.properties[a].$ref: Forbidden: $ref is not supported',
  ]);
  assert.deepEqual(refusedSchema({ properties: { a: { type: 'string', $schema: 'x' } } }), [
    '$: Invalid value: "": OpenAPIV3Schema \'schema\' is not supported',
  ]);
});

test('words of schemas fit together', () => {
  const list = { type: 'array', 'x-kubernetes-list-type': 'map' };
  const keyed: JSONSchemaProps = {
    ...list,
    'x-kubernetes-list-map-keys': ['name', 'port'],
    items: {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string', nullable: true }, port: { type: 'integer' } },
    },
  };
  assert.deepEqual(
    refusedSchema({
      properties: {
        a: { type: 'string', uniqueItems: true, $ref: '#/x' },
        b: { type: 'string', 'x-kubernetes-map-type': 'odd' },
        c: { ...list, items: { type: 'string' } },
        d: keyed,
        e: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'object' } },
        kind: { type: 'string', default: 'x' },
      },
    }),
    [
      '$.properties[a].$ref: Forbidden: $ref is not supported',
      '$.properties[a].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      '$.properties[b].type: Invalid value: "string": must be object if x-kubernetes-map-type is specified',
      '$.properties[b].x-kubernetes-map-type: Unsupported value: "odd": supported values: "atomic", "granular"',
      '$.properties[c].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map',
      '$.properties[c].items.type: Invalid value: "string": must be object if parent array\'s x-kubernetes-list-type is map',
      '$.properties[d].items.properties[name].nullable: Forbidden: this property is in x-kubernetes-list-map-keys, so it cannot be nullable',
      '$.properties[d].items.properties[port].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
      '$.properties[e].items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set',
      '$.properties[kind].default: Forbidden: must not be set in top-level kind',
    ],
  );
  assert.deepEqual(
    refusedSchema({ nullable: true }, { subresources: { status: {} } }).map((line) => line.replace(/\{.*\}/, '…')),
    [
      '$: Invalid value: …: only [Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations] fields are allowed at the root of the schema if the status subresource is enabled',
      '$.nullable: Forbidden: nullable cannot be true at the root',
    ],
  );
});

test('columns, scales and selectable fields point somewhere', () => {
  const schema: JSONSchemaProps = {
    type: 'object',
    properties: { spec: { type: 'object', properties: { colour: { type: 'string' } } } },
  };
  const wrong = buoyDefinition(schema, {
    additionalPrinterColumns: [{ name: '', type: 'odd', format: 'odd', jsonPath: 'spec.x' }],
    subresources: { scale: { specReplicasPath: '.status.n', statusReplicasPath: '', labelSelectorPath: '.x' } },
    selectableFields: [
      { jsonPath: '.spec.colour' },
      { jsonPath: '.spec.colour' },
      { jsonPath: '.spec' },
      { jsonPath: '.spec.none' },
      { jsonPath: '.metadata.name' },
    ],
  });
  const types =
    'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
  assert.deepEqual(refused(wrong), [
    'spec.subresources.scale.specReplicasPath: Invalid value: ".status.n": should be a json path under .spec',
    'spec.subresources.scale.statusReplicasPath: Required value',
    'spec.subresources.scale.labelSelectorPath: Invalid value: ".x": should be a json path under either .spec or .status',
    'spec.additionalPrinterColumns[0].name: Required value',
    'spec.additionalPrinterColumns[0].type: Invalid value: "odd": must be one of boolean,date,integer,number,string',
    'spec.additionalPrinterColumns[0].format: Invalid value: "odd": must be one of byte,date,date-time,double,float,int32,int64,password',
    'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "spec.x": must be a simple json path starting with .',
    'spec.selectableFields[1].jsonPath: Duplicate value: ".spec.colour"',
    `spec.selectableFields[2].jsonPath: Invalid value: ".spec": ${types}`,
    'spec.selectableFields[3].jsonPath: Invalid value: ".spec.none": is an invalid path: does not refer to a valid field',
    'spec.selectableFields[4].jsonPath: Invalid value: ".metadata.name": is an invalid path: does not refer to a valid field',
  ]);
});

test('what stored objects depend on stays what it was', () => {
  const schema: JSONSchemaProps = { type: 'object' };
  const established = { conditions: [{ type: 'Established', status: 'True' }], storedVersions: ['v0', 'v1'] };
  const old = { ...buoyDefinition(schema), status: { ...buoyDefinition(schema).status, ...established } };
  const names = { plural: 'floats', kind: 'Float' };
  const changed = buoyDefinition(schema, {}, { scope: 'Cluster', group: 'air.example', names });
  const now = { ...changed, status: old.status };
  assert.deepEqual(lines(rules.validateUpdate?.(now, old) ?? []), [
    'spec.scope: Invalid value: "Cluster": field is immutable',
    'spec.names.kind: Invalid value: "Float": field is immutable',
    'spec.group: Invalid value: "air.example": field is immutable',
    'spec.names.plural: Invalid value: "floats": field is immutable',
    'status.storedVersions[0]: Invalid value: "v0": missing from spec.versions; v0 was previously a storage version, and must remain ' +
      'in spec.versions until a storage migration ensures no data remains persisted in v0 and removes v0 from status.storedVersions',
  ]);
});

test('a new storage version is noted beside the old one', () => {
  const old = buoyDefinition({ type: 'object' });
  const [first] = old.spec.versions;
  const versions = [
    { ...first, storage: false },
    { ...first, name: 'v2' },
  ];
  const draft = structuredClone({ ...buoyDefinition({}, {}, { versions }), status: old.status }) as never;
  rules.prepareUpdate?.(draft, old, undefined as never);
  assert.deepEqual((draft as CustomResourceDefinition).status.storedVersions, ['v1', 'v2']);
});

test('groups of the Kubernetes project need its approval', () => {
  const definition = (annotations: object): CustomResourceDefinition => ({
    ...buoyDefinition({ type: 'object' }, {}, { group: 'sea.k8s.io' }),
    metadata: { ...buoyDefinition({}).metadata, name: 'buoys.sea.k8s.io', annotations: { ...annotations } },
  });
  const field = 'metadata.annotations[api-approved.kubernetes.io]';
  const text = 'protected groups must have approval annotation "api-approved.kubernetes.io"';
  const see = 'see https://github.com/kubernetes/enhancements/pull/1111';
  assert.deepEqual(refused(definition({})), [`${field}: Required value: ${text}, ${see}`]);
  assert.deepEqual(refused(definition({ 'api-approved.kubernetes.io': 'me' })), [
    `${field}: Invalid value: "me": ${text} with either a URL or a reason starting with "unapproved", ${see}`,
  ]);
  assert.deepEqual(refused(definition({ 'api-approved.kubernetes.io': 'https://sea.example/1' })), []);
});

test('definitions are listed with when they were created', () => {
  const row = table.cells(decoded(customResourceDefinitions, {}), 0);
  assert.deepEqual(row, ['x', '2026-01-01T00:00:00Z']);
});

test('selectable fields are told why their paths lead nowhere', () => {
  const name: JSONSchemaProps = { type: 'object', properties: { name: { type: 'string' } } };
  const schema: JSONSchemaProps = {
    type: 'object',
    properties: { metadata: name, spec: { type: 'object', additionalProperties: { type: 'string' } } },
  };
  const told = (jsonPath: string): readonly string[] =>
    refused(buoyDefinition(schema, { selectableFields: [{ jsonPath }] })).map((line) =>
      line.replace(`spec.selectableFields[0].jsonPath: Invalid value: ${JSON.stringify(jsonPath)}: `, ''),
    );
  assert.deepEqual(told('.spec.colour'), []);
  assert.deepEqual(told('.metadata.name'), ['must not point to fields in metadata']);
  for (const [path, why] of [
    ['spec.colour', 'expected [ or . but got: spec'],
    ['.spec.', 'unexpected end of JSON path'],
    [".spec['a']", 'array notation is not allowed'],
    ['.spec.colour.deep', 'does not refer to a valid field'],
  ] as const) {
    assert.deepEqual(told(path), [`is an invalid path: ${why}`], path);
  }
});

test('the path of a rule leads to a field of the part it stands at, in whatever brackets', () => {
  const told = (fieldPath: string): readonly string[] =>
    refusedSchema({
      properties: { 'a.b': { type: 'string' }, map: { type: 'object', additionalProperties: { type: 'string' } } },
      'x-kubernetes-validations': [{ rule: 'true', fieldPath }],
    }).map((line) => line.slice(line.lastIndexOf(': ') + 2));
  for (const path of [".['a.b']", '.a.b', ".map['x", '.map[x]', '.metadata.name', '.map.x.y', ".map['\\q']"]) {
    assert.deepEqual(told(path), ['must be a valid path'], path);
  }
  for (const path of ["['a.b']", '.map.x', ".map['x.y']", ".map['it\\'s']"]) assert.deepEqual(told(path), [], path);
});

test('defaults keep the rules of their schema, and make good metadata', () => {
  const small: JSONSchemaProps['x-kubernetes-validations'] = [{ rule: 'self < 5', message: 'is too large' }];
  const first = { rule: 'oldSelf.hasValue()', message: 'must have been', optionalOldSelf: true };
  assert.deepEqual(
    refusedSchema({
      properties: {
        fine: { type: 'integer', default: 4, 'x-kubernetes-validations': small },
        large: { type: 'integer', default: 6, 'x-kubernetes-validations': small },
        fresh: { type: 'string', default: 'a', 'x-kubernetes-validations': [first] },
      },
    }),
    [
      '$.properties[large].default: Invalid value: 6: is too large',
      '$.properties[fresh].default: Invalid value: "a": must have been',
    ],
  );
  const template = (kind: string, name: string): JSONSchemaProps => ({
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    properties: {
      kind: { type: 'string', default: kind },
      metadata: { type: 'object', properties: { name: { type: 'string', default: name } } },
    },
  });
  assert.deepEqual(refusedSchema({ properties: { t: template('Job', 'a b') } }), []);
  assert.deepEqual(refusedSchema({ properties: { t: template('', 'a/b%') } }), [
    '$.properties[t].properties[kind].default: Invalid value: "": must result in valid metadata: kind: Invalid value: "": must not be empty',
    '$.properties[t].properties[metadata].properties[name].default: Invalid value: "a/b%": must result in valid metadata: ' +
      `[metadata.name: Invalid value: "a/b%": may not contain '/', metadata.name: Invalid value: "a/b%": may not contain '%']`,
  ]);
});

test('a warning of deprecation is printable, which is counted in bytes', () => {
  const old = buoyDefinition({ type: 'object' }, { deprecated: true, deprecationWarning: 'é\t' });
  assert.deepEqual(refused(old), [
    'spec.versions[0].deprecationWarning: Invalid value: "é\\t": must only contain printable UTF-8 characters; non-printable character found at index 2',
  ]);
});

test('of formats that hold nobody to anything people are warned once', () => {
  const formats = (...all: readonly JSONSchemaProps[]) =>
    buoyDefinition({
      type: 'object',
      properties: { a: { type: 'object', anyOf: all }, b: { type: 'array', items: all[0] ?? {} } },
    });
  const odd = formats(
    { type: 'string', format: 'odd' },
    { type: 'integer', format: 'double' },
    { type: 'object', format: 'byte' },
  );
  const fine = formats(
    { format: 'date-time' },
    { type: 'integer', format: 'int64' },
    { type: 'number', format: 'float' },
  );
  assert.deepEqual(rules.warnings?.(fine, undefined), []);
  assert.deepEqual(rules.warnings?.(odd, undefined)?.toSorted(), [
    'unrecognized format "byte"',
    'unrecognized format "double"',
    'unrecognized format "odd"',
  ]);
  assert.deepEqual(rules.warnings?.(odd, formats({ format: 'odd' }, { type: 'array', format: 'byte' })), [
    'unrecognized format "double"',
  ]);
});

test('rules that may cost too much are refused, by themselves and together', () => {
  const walk = { rule: 'self.all(x, self.all(y, x == y))', messageExpression: 'self.join(",")' };
  const texts = (more: JSONSchemaProps): JSONSchemaProps => ({
    type: 'array',
    items: { type: 'string', maxLength: 10 },
    'x-kubernetes-validations': [walk],
    ...more,
  });
  const root = (properties: { readonly [name: string]: JSONSchemaProps }): JSONSchemaProps => ({
    type: 'object',
    properties,
  });
  const advice =
    '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';
  const place = 'spec.validation.openAPIV3Schema';
  const total = (factor: string): string =>
    `${place}: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of ${factor} ${advice}`;
  const part = (name: string, word: string): string =>
    `${place}.properties[${name}].x-kubernetes-validations[0].${word}`;
  const named =
    ': Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema';
  const found = (properties: { readonly [name: string]: JSONSchemaProps }): readonly string[] =>
    refused(buoyDefinition(root(properties)));
  assert.deepEqual(found({ list: texts({ maxItems: 100 }) }), []);
  assert.deepEqual(found({ list: texts({}) }), [
    `${part('list', 'rule')}: Forbidden: estimated rule cost exceeds budget by factor of more than 100x ${advice}`,
    `${part('list', 'rule')}${named}`,
    `${part('list', 'messageExpression')}${named}`,
    total('more than 100x'),
  ]);
  assert.deepEqual(found({ list: texts({ maxItems: 1400 }) }), [
    `${part('list', 'rule')}: Forbidden: estimated rule cost exceeds budget by factor of 1.8x ${advice}`,
  ]);
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`l${at}`, texts({ maxItems: 1000 })]));
  assert.deepEqual(found(many), [...[0, 1, 2, 3].map((at) => `${part(`l${at}`, 'rule')}${named}`), total('1.8x')]);
  const inside = { type: 'object', additionalProperties: texts({ maxItems: 100 }) };
  assert.deepEqual(found({ map: inside }).length, 3);
  assert.deepEqual(found({ map: { ...inside, maxProperties: 10 } }), []);
});

test('a schema that stays as it is may keep a rule that costs too much', () => {
  const list: JSONSchemaProps = {
    type: 'array',
    maxItems: 1400,
    items: { type: 'string', maxLength: 10 },
    'x-kubernetes-validations': [{ rule: 'self.all(x, self.all(y, x == y))' }],
  };
  const definition = buoyDefinition({ type: 'object', properties: { list } });
  assert.equal(refused(definition).length, 1);
  assert.deepEqual(lines(rules.validateUpdate?.(definition, definition) ?? []), []);
});
