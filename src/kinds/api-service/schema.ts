import type { Stored } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import {
  always,
  boolean,
  bytes,
  int32,
  listMap,
  nonzero,
  object,
  optional,
  required,
  string,
  timeOrNull,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const prefix = 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1';

const ServiceReference = object(`${prefix}.ServiceReference`, 'A service that answers for a part of the API.', {
  namespace: nonzero(1, string, 'Its namespace.'),
  name: nonzero(2, string, 'Its name.'),
  port: optional(3, int32, 'The port to ask at; 443 unless given.'),
});
export interface ServiceReference extends Infer<typeof ServiceReference> {}

const APIServiceSpec = object(
  `${prefix}.APIServiceSpec`,
  'Which group and version, who answers for it, and its rank.',
  {
    service: optional(1, ServiceReference, 'The service that answers; this server itself unless given.'),
    group: nonzero(2, string, 'The group; the core group unless given.'),
    version: nonzero(3, string, 'The version.'),
    insecureSkipTLSVerify: nonzero(4, boolean, 'Whether the certificate of the service is taken as it is.'),
    caBundle: optional(
      5,
      bytes,
      'Certificates that sign that of the service, as PEM; those of the system unless given.',
    ),
    groupPriorityMinimum: required(
      7,
      int32,
      'The rank of the group, at least: groups of a higher one are offered first. At most 20000.',
    ),
    versionPriority: required(8, int32, 'The rank of the version in its group; the higher goes first. At most 1000.'),
  },
);
export interface APIServiceSpec extends Infer<typeof APIServiceSpec> {}

const APIServiceCondition = object(`${prefix}.APIServiceCondition`, 'Something that is known about the part.', {
  type: required(1, string, 'What is judged: Available.'),
  status: required(2, string, 'True, False or Unknown.'),
  lastTransitionTime: optional(3, timeOrNull, 'When the status last changed.', { plain: true }),
  reason: nonzero(4, string, 'Why, in one word.'),
  message: nonzero(5, string, 'Why, for people.'),
});
export interface APIServiceCondition extends Infer<typeof APIServiceCondition> {}

const APIServiceStatus = object(`${prefix}.APIServiceStatus`, 'Whether the part answers.', {
  conditions: optional(1, listMap(APIServiceCondition, ['type'], 'type'), 'What is known about it.'),
});
export interface APIServiceStatus extends Infer<typeof APIServiceStatus> {}

export const APIService = object(`${prefix}.APIService`, 'One version of a group of the API, and who answers for it.', {
  ...objectFields,
  spec: always(2, APIServiceSpec, 'What is offered and by whom.'),
  status: always(3, APIServiceStatus, 'Whether it answers.'),
});
export interface APIService extends Stored<Infer<typeof APIService>> {}
