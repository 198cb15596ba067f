import type { Stored } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { always, int32, listMap, nonzero, object, optional, required, string, timeOrNull } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const prefix = 'io.k8s.api.flowcontrol.v1';

const QueuingConfiguration = object(`${prefix}.QueuingConfiguration`, 'How requests wait for their turn.', {
  queues: always(1, int32, 'How many queues there are; 64 unless given.'),
  handSize: always(2, int32, 'Among how many of them each flow is spread; 8 unless given.'),
  queueLengthLimit: always(3, int32, 'How many requests one queue holds; 50 unless given.'),
});
export interface QueuingConfiguration extends Infer<typeof QueuingConfiguration> {}

const LimitResponse = object(
  `${prefix}.LimitResponse`,
  'What becomes of requests that cannot be served at once.',
  {
    type: required(1, string, 'Queue: they wait. Reject: they are sent away.'),
    queuing: optional(2, QueuingConfiguration, 'How they wait; for Queue alone.'),
  },
  { unions: [{ discriminator: 'type', fields: { queuing: 'Queuing' } }] },
);
export interface LimitResponse extends Infer<typeof LimitResponse> {}

const LimitedPriorityLevelConfiguration = object(
  `${prefix}.LimitedPriorityLevelConfiguration`,
  'How many requests of the level are served at once.',
  {
    nominalConcurrencyShares: optional(1, int32, 'Its share of what the server does at once; 30 unless given.'),
    limitResponse: always(2, LimitResponse, 'What becomes of those beyond that.'),
    lendablePercent: optional(3, int32, 'How much of its share other levels may borrow.'),
    borrowingLimitPercent: optional(
      4,
      int32,
      'How much it may borrow itself, measured by its share; any amount unless given.',
    ),
  },
);
export interface LimitedPriorityLevelConfiguration extends Infer<typeof LimitedPriorityLevelConfiguration> {}

const ExemptPriorityLevelConfiguration = object(
  `${prefix}.ExemptPriorityLevelConfiguration`,
  'What a level without limits leaves to others.',
  {
    nominalConcurrencyShares: optional(1, int32, 'The share that is counted for it; none unless given.'),
    lendablePercent: optional(2, int32, 'How much of that share other levels may borrow.'),
  },
);
export interface ExemptPriorityLevelConfiguration extends Infer<typeof ExemptPriorityLevelConfiguration> {}

const PriorityLevelConfigurationSpec = object(
  `${prefix}.PriorityLevelConfigurationSpec`,
  'Whether and how requests of the level are limited.',
  {
    type: required(1, string, 'Exempt: they are always served at once. Limited: they are limited.'),
    limited: optional(2, LimitedPriorityLevelConfiguration, 'How; for Limited alone.'),
    exempt: optional(3, ExemptPriorityLevelConfiguration, 'What is left to others; for Exempt alone.'),
  },
  { unions: [{ discriminator: 'type', fields: { exempt: 'Exempt', limited: 'Limited' } }] },
);
export interface PriorityLevelConfigurationSpec extends Infer<typeof PriorityLevelConfigurationSpec> {}

const PriorityLevelConfigurationCondition = object(
  `${prefix}.PriorityLevelConfigurationCondition`,
  'Something that is known about the level.',
  {
    type: nonzero(1, string, 'What is judged.'),
    status: nonzero(2, string, 'True, False or Unknown.'),
    lastTransitionTime: optional(3, timeOrNull, 'When the status last changed.', { plain: true }),
    reason: nonzero(4, string, 'Why, in one word.'),
    message: nonzero(5, string, 'Why, for people.'),
  },
);

const PriorityLevelConfigurationStatus = object(
  `${prefix}.PriorityLevelConfigurationStatus`,
  'What is known about the level.',
  {
    conditions: optional(1, listMap(PriorityLevelConfigurationCondition, ['type'], 'type'), 'What is known about it.'),
  },
);

export const PriorityLevelConfiguration = object(
  `${prefix}.PriorityLevelConfiguration`,
  'A class of requests that share what the server does at once.',
  {
    ...objectFields,
    spec: always(2, PriorityLevelConfigurationSpec, 'How its requests are limited.'),
    status: always(3, PriorityLevelConfigurationStatus, 'What is known about it.'),
  },
);
export interface PriorityLevelConfiguration extends Stored<Infer<typeof PriorityLevelConfiguration>> {}
