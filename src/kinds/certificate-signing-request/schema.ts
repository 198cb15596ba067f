import type { Stored } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import {
  always,
  bytes,
  int32,
  list,
  listMap,
  map,
  nonzero,
  object,
  optional,
  required,
  string,
  timeOrNull,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const CertificateSigningRequestSpec = object(
  'io.k8s.api.certificates.v1.CertificateSigningRequestSpec',
  'What is asked for, and by whom. It stays as it was created.',
  {
    request: required(1, bytes, 'The request itself: PKCS #10 in a PEM block of the type CERTIFICATE REQUEST.'),
    username: nonzero(2, string, 'The name of the user who asks; set by the server.'),
    uid: nonzero(3, string, 'The uid of the user who asks; set by the server.'),
    groups: optional(4, list(string), 'The groups of the user who asks; set by the server.'),
    usages: optional(5, list(string), 'What the certificate is to be used for, such as "client auth".'),
    extra: optional(6, map(list(string)), 'What else is known of the user who asks; set by the server.'),
    signerName: required(7, string, 'Who is to sign it, such as kubernetes.io/kube-apiserver-client.'),
    expirationSeconds: optional(
      8,
      int32,
      'How long the certificate should last, in seconds: 600 at least. The signer may choose otherwise.',
    ),
  },
);
export interface CertificateSigningRequestSpec extends Infer<typeof CertificateSigningRequestSpec> {}

export const CertificateSigningRequestCondition = object(
  'io.k8s.api.certificates.v1.CertificateSigningRequestCondition',
  'What has been decided about a request, or came of it.',
  {
    type: required(1, string, 'What it is about: Approved, Denied, Failed, or a word of the signer.'),
    reason: nonzero(2, string, 'Why, as one word.'),
    message: nonzero(3, string, 'Why, for people.'),
    lastUpdateTime: always(4, timeOrNull, 'When it was last written.'),
    lastTransitionTime: always(5, timeOrNull, 'When its status last changed.'),
    status: required(6, string, 'True, False or Unknown; only True for Approved, Denied and Failed.'),
  },
);
export interface CertificateSigningRequestCondition extends Infer<typeof CertificateSigningRequestCondition> {}

export const CertificateSigningRequestStatus = object(
  'io.k8s.api.certificates.v1.CertificateSigningRequestStatus',
  'What became of a request.',
  {
    conditions: optional(
      1,
      listMap(CertificateSigningRequestCondition, ['type']),
      'What has been decided about it, and whether signing failed.',
    ),
    certificate: optional(2, bytes, 'The certificate that was issued, as PEM; those of the chain may follow.'),
  },
);
export interface CertificateSigningRequestStatus extends Infer<typeof CertificateSigningRequestStatus> {}

export const CertificateSigningRequest = object(
  'io.k8s.api.certificates.v1.CertificateSigningRequest',
  'Asks a signer for a certificate. Somebody approves or denies it; then the signer answers in its status.',
  {
    ...objectFields,
    spec: required(2, CertificateSigningRequestSpec, 'What is asked for, and by whom.'),
    status: always(3, CertificateSigningRequestStatus, 'What became of it.'),
  },
);
export interface CertificateSigningRequest extends Stored<Infer<typeof CertificateSigningRequest>> {}
