import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
} from '#kinds/custom-resource-definition/schema.ts';

/** Which names a definition may use, and why it may not use the others it wants. */
export interface NameVerdict {
  readonly accepted: CustomResourceDefinitionNames;
  /** What the last name that is taken says; absent when all are free. */
  readonly conflict?: { readonly reason: string; readonly message: string };
}

/** Judges the names that `definition` wants. Names are taken within a group, by those who were there first; `all` are the
 *  definitions of now, this one among them. A name that cannot be had leaves the one had before. */
export function judgeNames(
  definition: CustomResourceDefinition,
  all: readonly CustomResourceDefinition[],
): NameVerdict {
  const { names, group } = definition.spec;
  const { acceptedNames: had } = definition.status;
  const taken = takenNames(all.filter(({ spec }) => spec.group === group));
  const { shortNames = [] } = names;
  const newShortNames = shortNames.filter((name) => !(had.shortNames ?? []).includes(name));
  const conflicts = {
    Plural: conflictsOf([names.plural], [had.plural], taken.resources),
    Singular: conflictsOf([names.singular ?? ''], [had.singular ?? ''], taken.resources),
    ShortNames: conflictsOf(newShortNames, [], taken.resources),
    Kind: conflictsOf([names.kind], [had.kind], taken.kinds),
    ListKind: conflictsOf([names.listKind ?? ''], [had.listKind ?? ''], taken.kinds),
  };
  const pick = (what: keyof typeof conflicts): CustomResourceDefinitionNames =>
    conflicts[what].length > 0 ? had : names;
  const accepted: CustomResourceDefinitionNames = {
    plural: pick('Plural').plural,
    kind: pick('Kind').kind,
    ...defined('singular', pick('Singular').singular),
    ...defined('shortNames', pick('ShortNames').shortNames),
    ...defined('listKind', pick('ListKind').listKind),
    ...defined('categories', names.categories),
  };
  const worst = Object.entries(conflicts).findLast(([, messages]) => messages.length > 0);
  if (worst === undefined) return { accepted };
  const [what, messages] = worst;
  return { accepted, conflict: { reason: `${what}Conflict`, message: together(messages) } };
}

interface TakenNames {
  readonly resources: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
}

function takenNames(definitions: readonly CustomResourceDefinition[]): TakenNames {
  const accepted = definitions.map(({ status }) => status.acceptedNames);
  return {
    resources: new Set(
      accepted.flatMap(({ plural, singular = '', shortNames = [] }) => [plural, singular, ...shortNames]),
    ),
    kinds: new Set(accepted.flatMap(({ kind, listKind = '' }) => [kind, listKind])),
  };
}

function conflictsOf(wanted: readonly string[], had: readonly string[], taken: ReadonlySet<string>): readonly string[] {
  const lost = wanted.filter((name) => !had.includes(name) && taken.has(name));
  return lost.map((name) => `${JSON.stringify(name)} is already in use`);
}

function together(messages: readonly string[]): string {
  return messages.length === 1 ? String(messages[0]) : `[${messages.join(', ')}]`;
}

function defined<Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: Value };
}
