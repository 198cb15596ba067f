import { jsonEqual } from '#base/json.ts';
import { publishedSchema } from '#kinds/custom-resource/open-api.ts';
import { patchFields, patchOthers } from '#kinds/custom-resource/patch-type.ts';
import { readResource } from '#kinds/custom-resource/read.ts';
import { publishedSelectableFields, selectableFields } from '#kinds/custom-resource/selectable-fields.ts';
import { customTable } from '#kinds/custom-resource/table.ts';
import {
  ruleWarnings,
  validateCustomResource,
  validateCustomResourceStatus,
} from '#kinds/custom-resource/validate/custom-resource.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import type { CustomResourceDefinition } from '#kinds/custom-resource-definition/schema.ts';
import { defineResource } from '#kinds/define.ts';
import type { KindRules, ResourceDefinition } from '#kinds/definition.ts';
import { finalizerWarnings } from '#kinds/meta/finalizers.ts';
import { keepMetadata } from '#kinds/meta/keep-metadata.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { compareVersions } from '#kinds/meta/versions.ts';
import { object } from '#schema/build.ts';
import type { Draft, ObjectType } from '#schema/type.ts';

type Version = CustomResourceDefinition['spec']['versions'][number];
type Custom = KubeObject & { readonly status?: unknown };

const verbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'] as const;

/** The resource that one version of a definition describes, or undefined if it has no such version (spec: api.md section 21). A pure
 *  function of the stored definition; the resource says nothing about whether the version is served or the names are accepted,
 *  and takes the names from the spec. */
export function customResource(
  definition: CustomResourceDefinition,
  versionName: string,
): ResourceDefinition | undefined {
  const { group, names, scope, versions } = definition.spec;
  const version = versions.find(({ name }) => name === versionName);
  if (version === undefined) return undefined;
  const { kind, plural, singular = kind.toLowerCase(), shortNames = [], categories = [] } = names;
  const schema = version.schema?.openAPIV3Schema ?? {};
  return defineResource<Custom>({
    custom: {
      listKind: names.listKind ?? `${kind}List`,
    },
    ...deprecationOf(definition.spec, version),
    ...(version.subresources?.scale === undefined ? {} : { scale: version.subresources.scale }),
    group,
    version: versionName,
    kind,
    plural,
    singular,
    shortNames,
    categories,
    namespaced: scope === 'Namespaced',
    verbs,
    schema: objectType(schema, group, version, kind),
    rules: rulesOf(version, schema),
    table: customTable(version.additionalPrinterColumns),
    selectableFields: selectableFields(version.selectableFields),
    unknownSelectorText: (path) => `field label not supported: ${path}`,
  }) as ResourceDefinition;
}

function objectType(schema: JSONSchemaProps, group: string, version: Version, kind: string): ObjectType {
  const reversed = group.split('.').toReversed().join('.');
  const type = object(
    `${reversed}.${version.name}.${kind}`,
    schema.description ?? '',
    patchFields(schema, objectFields),
  );
  return {
    ...type,
    ...patchOthers(schema),
    custom: {
      read: (entries, context) => {
        const { kind: k = '', apiVersion = '', metadata = {}, ...rest } = readResource(entries, schema, context);
        return { kind: k, apiVersion, metadata, ...rest };
      },
      published: (openApi, definitions) => ({
        ...publishedSchema(schema, openApi, definitions),
        ...publishedSelectableFields(version.selectableFields),
      }),
    },
  };
}

/** What clients of a deprecated version are told; unless the definition says what, the best version to go to. */
function deprecationOf(
  { group, names, versions }: CustomResourceDefinition['spec'],
  { name, deprecated, deprecationWarning }: Version,
): { readonly deprecation?: string } {
  if (deprecated !== true) return {};
  if (deprecationWarning !== undefined) return { deprecation: deprecationWarning };
  const text = `${group}/${name} ${names.kind} is deprecated`;
  const [best] = versions
    .filter((version) => version.served && version.deprecated !== true && compareVersions(version.name, name) < 0)
    .toSorted((a, b) => compareVersions(a.name, b.name));
  return { deprecation: best === undefined ? text : `${text}; use ${group}/${best.name} ${names.kind}` };
}

function rulesOf({ subresources }: Version, schema: JSONSchemaProps): Partial<KindRules<Custom>> {
  const hasStatus = subresources?.status !== undefined;
  const held = { schema, scale: subresources?.scale };
  return {
    hasStatus,
    unowned: { status: [['metadata']] },
    managesGeneration: true,
    unconditionalUpdate: false,
    plainFinalizers: true,
    prepareUpdate: (draft, old) => {
      if (!hasStatus) countStatus(draft, old);
    },
    prepareStatusUpdate: keepMetadata,
    validate: (object) => validateCustomResource(held, object),
    validateUpdate: (object, old) => validateCustomResource(held, object, old),
    validateStatusUpdate: (object, old) => validateCustomResourceStatus(held, object, old),
    warnings: (object, old) => [
      ...finalizerWarnings(object.metadata.finalizers, old?.metadata.finalizers, 'metadata.finalizers'),
      ...ruleWarnings(schema, object, old),
    ],
  };
}

/** A status that is written with the rest counts as the rest does (spec: api.md section 7.5). */
function countStatus(draft: Draft<Custom>, old: Custom): void {
  if (!jsonEqual(draft.status, old.status)) draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
}
