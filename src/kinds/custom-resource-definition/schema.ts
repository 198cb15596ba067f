import { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import type { Stored } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import {
  always,
  boolean,
  bytes,
  int32,
  int64,
  list,
  listMap,
  nonzero,
  object,
  optional,
  required,
  string,
  timeOrNull,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const group = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

export const CustomResourceDefinitionNames = object(
  `${group}.CustomResourceDefinitionNames`,
  'What a custom resource is called.',
  {
    plural: required(1, string, 'Its name in paths, such as buoys.'),
    singular: nonzero(2, string, 'Its name for one; the kind in lower case unless given.'),
    shortNames: optional(3, list(string), 'Short names for command lines.'),
    kind: required(4, string, 'The kind of its objects, such as Buoy.'),
    listKind: nonzero(5, string, 'The kind of their lists; the kind with List behind it unless given.'),
    categories: optional(6, list(string), 'Groups it is shown with, such as all.'),
  },
);
export interface CustomResourceDefinitionNames extends Infer<typeof CustomResourceDefinitionNames> {}

const ServiceReference = object(`${group}.ServiceReference`, 'A service that answers.', {
  namespace: required(1, string, 'Its namespace.'),
  name: required(2, string, 'Its name.'),
  path: optional(3, string, 'The path to ask at.'),
  port: optional(4, int32, 'The port to ask at; 443 unless given.'),
});

const WebhookClientConfig = object(`${group}.WebhookClientConfig`, 'Whom to ask, and how to trust them.', {
  url: optional(3, string, 'Their address.'),
  service: optional(1, ServiceReference, 'The service, instead of an address.'),
  caBundle: optional(2, bytes, 'Certificates that sign theirs.'),
});

const WebhookConversion = object(`${group}.WebhookConversion`, 'Who converts objects between versions.', {
  clientConfig: optional(2, WebhookClientConfig, 'Whom to ask.'),
  conversionReviewVersions: required(3, list(string), 'The versions of the question they understand.'),
});

export const CustomResourceConversion = object(
  `${group}.CustomResourceConversion`,
  'How objects get from one version to another.',
  {
    strategy: required(1, string, 'None: only apiVersion changes. Webhook: somebody is asked.'),
    webhook: optional(2, WebhookConversion, 'Who is asked.'),
  },
);
export interface CustomResourceConversion extends Infer<typeof CustomResourceConversion> {}

export const CustomResourceColumnDefinition = object(`${group}.CustomResourceColumnDefinition`, 'A printed column.', {
  name: required(1, string, 'Its heading.'),
  type: required(2, string, 'boolean, date, integer, number or string.'),
  format: nonzero(3, string, 'How the value is to be read.'),
  description: nonzero(4, string, 'What it shows.'),
  priority: nonzero(5, int32, 'Above 0 it is shown with -o wide only.'),
  jsonPath: required(6, string, 'Where the value is, such as .spec.depth.'),
});
export interface CustomResourceColumnDefinition extends Infer<typeof CustomResourceColumnDefinition> {}

export const CustomResourceSubresourceScale = object(
  `${group}.CustomResourceSubresourceScale`,
  'Where the scale of an object is found.',
  {
    specReplicasPath: required(1, string, 'The wanted number, below .spec.'),
    statusReplicasPath: required(2, string, 'The present number, below .status.'),
    labelSelectorPath: optional(3, string, 'The selector of what is counted, below .spec or .status.'),
  },
);
export interface CustomResourceSubresourceScale extends Infer<typeof CustomResourceSubresourceScale> {}

const CustomResourceSubresourceStatus = object(
  `${group}.CustomResourceSubresourceStatus`,
  'That status is written by itself.',
  {},
);

export const CustomResourceSubresources = object(`${group}.CustomResourceSubresources`, 'What stands beside objects.', {
  status: optional(1, CustomResourceSubresourceStatus, 'Makes status a part that is written by itself.'),
  scale: optional(2, CustomResourceSubresourceScale, 'Lets objects be scaled.'),
});

const CustomResourceValidation = object(`${group}.CustomResourceValidation`, 'What objects may look like.', {
  openAPIV3Schema: optional(1, JSONSchemaProps, 'The schema of the whole object.'),
});

const SelectableField = object(`${group}.SelectableField`, 'A field that selectors may name.', {
  jsonPath: required(1, string, 'The field, such as .spec.colour.'),
});

export const CustomResourceDefinitionVersion = object(
  `${group}.CustomResourceDefinitionVersion`,
  'A version of a custom resource.',
  {
    name: required(1, string, 'The version, such as v1.'),
    served: required(2, boolean, 'Whether clients can use it.'),
    storage: required(3, boolean, 'Whether objects are stored in it; true for exactly one version.'),
    schema: optional(4, CustomResourceValidation, 'What objects may look like.'),
    subresources: optional(5, CustomResourceSubresources, 'What stands beside objects.'),
    additionalPrinterColumns: optional(6, list(CustomResourceColumnDefinition), 'Columns instead of the age alone.'),
    deprecated: nonzero(7, boolean, 'Whether clients are warned not to use it.'),
    deprecationWarning: optional(8, string, 'The warning.'),
    selectableFields: optional(9, list(SelectableField), 'Fields that field selectors may name.'),
  },
);
export interface CustomResourceDefinitionVersion extends Infer<typeof CustomResourceDefinitionVersion> {}

export const CustomResourceDefinitionSpec = object(
  `${group}.CustomResourceDefinitionSpec`,
  'What the custom resource is.',
  {
    group: required(1, string, 'The group it belongs to, such as example.com.'),
    names: required(3, CustomResourceDefinitionNames, 'What it is called.'),
    scope: required(4, string, 'Namespaced or Cluster.'),
    versions: required(7, list(CustomResourceDefinitionVersion), 'Its versions.'),
    conversion: optional(9, CustomResourceConversion, 'How objects get from one version to another.'),
    preserveUnknownFields: nonzero(10, boolean, 'Must be false; see x-kubernetes-preserve-unknown-fields.'),
  },
);
export interface CustomResourceDefinitionSpec extends Infer<typeof CustomResourceDefinitionSpec> {}

export const CustomResourceDefinitionCondition = object(
  `${group}.CustomResourceDefinitionCondition`,
  'Something that is known about the definition.',
  {
    type: required(1, string, 'Established, NamesAccepted, NonStructuralSchema or Terminating.'),
    status: required(2, string, 'True, False or Unknown.'),
    lastTransitionTime: optional(3, timeOrNull, 'When the status last changed.', { plain: true }),
    reason: nonzero(4, string, 'Why, in one word.'),
    message: nonzero(5, string, 'Why, for people.'),
    observedGeneration: nonzero(6, int64, 'The generation that was looked at.'),
  },
);
export interface CustomResourceDefinitionCondition extends Infer<typeof CustomResourceDefinitionCondition> {}

export const CustomResourceDefinitionStatus = object(
  `${group}.CustomResourceDefinitionStatus`,
  'What became of the definition.',
  {
    conditions: always(1, listMap(CustomResourceDefinitionCondition, ['type']), 'What is known about it.'),
    acceptedNames: always(2, CustomResourceDefinitionNames, 'The names in use.'),
    storedVersions: always(3, list(string), 'Versions in which objects may be stored.'),
    observedGeneration: nonzero(4, int64, 'The generation that was last looked at.'),
  },
);
export interface CustomResourceDefinitionStatus extends Infer<typeof CustomResourceDefinitionStatus> {}

export const CustomResourceDefinition = object(
  `${group}.CustomResourceDefinition`,
  'A resource of your own that the API serves.',
  {
    ...objectFields,
    spec: required(2, CustomResourceDefinitionSpec, 'What the custom resource is.'),
    status: always(3, CustomResourceDefinitionStatus, 'What became of it.'),
  },
);
export interface CustomResourceDefinition extends Stored<Infer<typeof CustomResourceDefinition>> {}
