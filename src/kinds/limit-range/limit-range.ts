import { defineResource } from '#kinds/define.ts';
import { LimitRange } from '#kinds/limit-range/schema.ts';
import { validateLimitRange } from '#kinds/limit-range/validate.ts';
import { roundQuantities } from '#kinds/pod/container-defaults.ts';
import { createdAtTable } from '#kinds/table.ts';
import type { Draft } from '#schema/type.ts';

/** A container's limit is the maximum unless said; its request is its limit, or else the minimum. */
function defaultLimitRange({ spec }: Draft<LimitRange>): void {
  if (spec.limits?.length === 0) spec.limits = null;
  for (const item of spec.limits ?? []) {
    for (const amounts of [item.max, item.min, item.default, item.defaultRequest, item.maxLimitRequestRatio]) {
      roundQuantities(amounts);
    }
    if (item.type !== 'Container') continue;
    const limits = { ...item.max, ...item.default };
    const requests = { ...item.min, ...limits, ...item.defaultRequest };
    if (Object.keys(limits).length > 0) item.default = limits;
    if (Object.keys(requests).length > 0) item.defaultRequest = requests;
  }
}

export const limitRanges = defineResource<LimitRange>({
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  shortNames: ['limits'],
  namespaced: true,
  schema: LimitRange,
  rules: {
    createOnUpdate: true,
    revalidatesMetadata: true,
    sharedMetadataOnly: ['update'],
    defaults: defaultLimitRange,
    // Of all kinds this one does without a name.
    prepareCreate: ({ metadata }, { random }) => {
      metadata.name ||= random.uuid();
    },
    validate: validateLimitRange,
    validateUpdate: validateLimitRange,
  },
  table: createdAtTable,
});
