import type { CustomResourceDefinition } from '#kinds/custom-resource-definition/schema.ts';

/** What people are told whose objects somebody would have to turn from one version into another; once. */
export function conversionWarnings(
  definition: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): readonly string[] {
  const stored = unaskedFor(definition);
  if (stored === undefined || (old !== undefined && unaskedFor(old) === stored)) return [];
  return [
    `spec.conversion.strategy: webhooks are never called: requests for versions other than ${stored}, in which the objects are ` +
      'stored, fail',
  ];
}

/** The version that objects are stored in and nobody turns into the other ones, if there are others. */
function unaskedFor({ spec }: CustomResourceDefinition): string | undefined {
  if (spec.conversion?.strategy !== 'Webhook' || spec.versions.length < 2) return undefined;
  return spec.versions.find(({ storage }) => storage)?.name;
}
