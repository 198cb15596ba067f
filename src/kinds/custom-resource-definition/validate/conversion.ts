import type { CustomResourceConversion, CustomResourceDefinition } from '#kinds/custom-resource-definition/schema.ts';
import { checkRequiredOneOf } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { oldLabelProblems } from '#kinds/meta/names.ts';
import { validateClientConfig } from '#kinds/webhook-configuration/validate-client.ts';

type Findings = readonly FieldError[];

const field = 'spec.conversion';
const unaskedText = 'should not be set when strategy is not set to Webhook';
/** The versions of the question that the API server can put. */
const reviewVersions = ['v1', 'v1beta1'];

/** Findings on who turns objects of one version into another; of `old`, whose review versions nobody understood, that is borne. The
 *  paths are those of upstream's internal form (spec: api.md section 21). */
export function validateConversion({ spec }: CustomResourceDefinition, old?: CustomResourceDefinition): Findings {
  const { conversion } = spec;
  if (conversion === undefined) return [];
  const { strategy, webhook } = conversion;
  if (strategy === 'Webhook') return validateWebhook(webhook, old?.spec.conversion?.webhook);
  const { clientConfig, conversionReviewVersions = [] } = webhook ?? {};
  return [
    ...checkRequiredOneOf(`${field}.strategy`, strategy, ['None', 'Webhook']),
    ...(clientConfig === undefined ? [] : [fieldError.forbidden(`${field}.webhookClientConfig`, unaskedText)]),
    ...(conversionReviewVersions.length === 0
      ? []
      : [fieldError.forbidden(`${field}.conversionReviewVersions`, unaskedText)]),
  ];
}

type Webhook = CustomResourceConversion['webhook'];

function validateWebhook(webhook: Webhook, old: Webhook): Findings {
  const at = `${field}.webhookClientConfig`;
  const { clientConfig, conversionReviewVersions: versions = [] } = webhook ?? {};
  const known = old?.conversionReviewVersions ?? [];
  const isBorne = known.length > 0 && !known.some((version) => reviewVersions.includes(version));
  return [
    ...(clientConfig === undefined
      ? [fieldError.required(at, 'required when strategy is set to Webhook')]
      : validateClientConfig(clientConfig, at)),
    ...validateReviewVersions(versions, `${field}.conversionReviewVersions`, isBorne),
  ];
}

function validateReviewVersions(versions: readonly string[], at: string, isBorne: boolean): Findings {
  if (versions.length === 0) return [fieldError.required(at)];
  const isUnderstood = versions.some((version) => reviewVersions.includes(version));
  return [
    ...versions.flatMap((version, index) =>
      (versions.indexOf(version) < index ? ['duplicate version'] : oldLabelProblems(version)).map((problem) =>
        fieldError.invalid(`${at}[${index}]`, version, problem),
      ),
    ),
    ...(isUnderstood || isBorne
      ? []
      : [fieldError.invalid(at, versions, `must include at least one of ${reviewVersions.join(', ')}`)]),
  ];
}
