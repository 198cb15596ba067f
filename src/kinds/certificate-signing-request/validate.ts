import { X509Certificate } from 'node:crypto';
import { checkNotEmpty, checkOneOf, checkRequiredOneOf, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { labelProblems, subdomainProblems } from '#kinds/meta/names.ts';
import { pemBlocks } from './pem.ts';
import { parseCertificateRequest, signatureProblem } from './pkcs10.ts';
import { approvalTypes } from './prepare.ts';
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from './schema.ts';
import { signerNames } from './signers.ts';

type Findings = readonly FieldError[];
type Request = CertificateSigningRequest;

const usages = [
  ...['any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment'],
  ...['decipher only', 'digital signature', 'email protection', 'encipher only', 'ipsec end system', 'ipsec tunnel'],
  ...['ipsec user', 'key agreement', 'key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 's/mime'],
  ...['server auth', 'signing', 'timestamping'],
];

const finalTypes = [...approvalTypes, 'Failed'] as const;
const conditionsField = 'status.conditions';
const certificateField = 'status.certificate';

/** Findings on a new request. */
export function validateRequest(request: Request): Findings {
  return validateAll(request, undefined);
}

/** What an endpoint may change of a request that is there. */
interface Allowed {
  readonly approval?: true;
  readonly certificate?: true;
}

/** An ordinary update: neither the certificate nor the verdicts may change. */
export function validateRequestUpdate(request: Request, old: Request): Findings {
  return validateChange(request, old, {});
}

/** An update of `status`, by signers: the certificate may be set, approvals and denials stay. */
export function validateRequestStatus(request: Request, old: Request): Findings {
  return validateChange(request, old, { certificate: true });
}

/** An update of `approval`: verdicts may be given, the certificate stays. */
export function validateRequestApproval(request: Request, old: Request): Findings {
  return validateChange(request, old, { approval: true });
}

function validateChange(request: Request, old: Request, allowed: Allowed): Findings {
  const of = ({ status }: Request, type: string): readonly CertificateSigningRequestCondition[] =>
    (status.conditions ?? []).filter((condition) => condition.type === type);
  const lost = finalTypes.filter((type) => of(request, type).length < of(old, type).length);
  const added = approvalTypes.filter((type) => of(request, type).length > of(old, type).length);
  return [
    ...validateAll(request, old),
    ...lost.map((type) =>
      fieldError.forbidden(conditionsField, `updates may not remove a condition of type ${JSON.stringify(type)}`),
    ),
    ...(allowed.approval === true ? [] : added).map((type) =>
      fieldError.forbidden(conditionsField, `updates may not add a condition of type ${JSON.stringify(type)}`),
    ),
    ...validateCertificateChange(request, old, allowed),
  ];
}

function validateCertificateChange(request: Request, old: Request, allowed: Allowed): Findings {
  const [now = '', before = ''] = [request.status.certificate, old.status.certificate];
  if (now === before) return [];
  if (allowed.certificate !== true)
    return [fieldError.forbidden(certificateField, 'updates may not set certificate content')];
  if (before === '') return [];
  return [fieldError.forbidden(certificateField, 'updates may not modify existing certificate content')];
}

/** `old` is absent on create; what was taken then is not refused later. */
function validateAll({ spec, status }: Request, old: Request | undefined): Findings {
  const problem = requestProblem(spec.request);
  const { expirationSeconds } = spec;
  const shortText = 'may not specify a duration less than 600 seconds (10 minutes)';
  const isSameCertificate = old !== undefined && status.certificate === old.status.certificate;
  return [
    ...(problem === undefined ? [] : [fieldError.invalid('spec.request', spec.request, problem)]),
    ...checkNotEmpty('spec.usages', spec.usages),
    ...validateUsages(spec.usages ?? []),
    ...validateSigner(spec.signerName, old?.spec.signerName),
    ...(expirationSeconds === undefined || expirationSeconds >= 600
      ? []
      : [fieldError.invalid('spec.expirationSeconds', expirationSeconds, shortText)]),
    ...validateConditions(status.conditions ?? []),
    ...(isSameCertificate || !status.certificate ? [] : validateCertificate(status.certificate)),
  ];
}

function requestProblem(request: string): string | undefined {
  try {
    return signatureProblem(parseCertificateRequest(Buffer.from(request, 'base64').toString('latin1')));
  } catch (error) {
    return (error as Error).message;
  }
}

function validateUsages(given: readonly string[]): Findings {
  return [
    ...given.flatMap((usage, index) => checkOneOf(`spec.usages[${index}]`, usage, usages)),
    ...given.flatMap((usage, index) =>
      given.indexOf(usage) < index ? [fieldError.duplicate(`spec.usages[${index}]`, usage)] : [],
    ),
  ];
}

const domainBytesMax = 253;
const signerBytesMax = domainBytesMax + 1 + 63 + 1 + 253;

function validateSigner(name: string, old: string | undefined): Findings {
  const field = 'spec.signerName';
  if (name === signerNames.legacy && old !== name) {
    return [fieldError.invalid(field, name, 'the legacy signerName is not allowed via this API version')];
  }
  if (name === '') return [fieldError.required(field)];
  const [domain = '', path = '', ...more] = name.split('/');
  if (!name.includes('/') || more.length > 0) {
    const text = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [fieldError.invalid(field, name, text)];
  }
  const labels = domain.split('.');
  const segmentText = 'should be a domain with at least two segments separated by dots';
  return [
    ...(domain.length > domainBytesMax ? [fieldError.tooLong(field, domainBytesMax)] : []),
    ...validateLabels(field, domain, labelProblems),
    ...(labels.length < 2 ? [fieldError.invalid(field, domain, segmentText)] : []),
    ...validateLabels(field, path, subdomainProblems),
    ...(name.length > signerBytesMax ? [fieldError.tooLong(field, signerBytesMax)] : []),
  ];
}

/** The problems of the first part of `text` that has any. */
function validateLabels(field: string, text: string, problemsOf: (label: string) => readonly string[]): Findings {
  const bad = text.split('.').find((label) => problemsOf(label).length > 0);
  if (bad === undefined) return [];
  const problems = problemsOf(bad).map((problem) => `validating label ${JSON.stringify(bad)}: ${problem}`);
  return invalidEach(field, text, problems);
}

function validateConditions(conditions: readonly CertificateSigningRequestCondition[]): Findings {
  const exclusiveText = 'Approved and Denied conditions are mutually exclusive';
  const seen = new Set<string>();
  return conditions.flatMap(({ type, status }, index) => {
    const field = `${conditionsField}[${index}]`;
    const isFinal = finalTypes.some((each) => each === type);
    const other = type === 'Approved' ? 'Denied' : type === 'Denied' ? 'Approved' : undefined;
    const findings = [
      ...(type === '' ? [fieldError.required(`${field}.type`)] : []),
      ...checkRequiredOneOf(`${field}.status`, status, isFinal ? ['True'] : ['False', 'True', 'Unknown']),
      ...(other !== undefined && seen.has(other) ? [fieldError.invalid(conditionsField, type, exclusiveText)] : []),
      ...(seen.has(type) ? [fieldError.duplicate(`${field}.type`, type)] : []),
    ];
    seen.add(type);
    return findings;
  });
}

function validateCertificate(certificate: string): Findings {
  const blocks = pemBlocks(Buffer.from(certificate, 'base64').toString('latin1'));
  const problem =
    blocks.length === 0 ? 'must contain at least one CERTIFICATE PEM block' : blocks.map(blockProblem).find(Boolean);
  return problem === undefined ? [] : [fieldError.invalid(certificateField, '<certificate data>', problem)];
}

function blockProblem({ type, hasHeaders, der }: ReturnType<typeof pemBlocks>[number]): string | undefined {
  if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`;
  if (hasHeaders) return 'no PEM block headers are permitted';
  if (der.length === 0) return 'found CERTIFICATE PEM block containing 0 certificates';
  try {
    new X509Certificate(der);
    return undefined;
  } catch {
    return 'x509: malformed certificate';
  }
}
