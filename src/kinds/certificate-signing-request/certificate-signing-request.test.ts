import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { certificateSigningRequests } from '#kinds/certificate-signing-request/certificate-signing-request.ts';
import { prepareRequestApproval, prepareRequestStatus } from '#kinds/certificate-signing-request/prepare.ts';
import type { CertificateSigningRequest } from '#kinds/certificate-signing-request/schema.ts';
import { testRequests } from '#kinds/certificate-signing-request/test-requests.ts';
import {
  validateRequestApproval,
  validateRequestStatus,
  validateRequestUpdate,
} from '#kinds/certificate-signing-request/validate.ts';
import { decoded, lines } from '#kinds/test-objects.ts';
import type { Draft } from '#schema/type.ts';

const good = {
  request: testRequests.alice,
  usages: ['client auth'],
  signerName: 'kubernetes.io/kube-apiserver-client',
};
const now = Date.parse('2026-01-01T01:00:00Z');
const approved = { type: 'Approved', status: 'True', reason: 'Checked' };
const denied = { type: 'Denied', status: 'True' };
const certificate = btoa('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');

function request(spec: object = {}, status: object = {}): CertificateSigningRequest {
  return decoded(certificateSigningRequests, { metadata: { name: 'x' }, spec: { ...good, ...spec }, status });
}

const findings = (spec: object, status: object = {}): readonly string[] =>
  lines(certificateSigningRequests.rules.validate?.(request(spec, status)) ?? []);

function pem(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** The signed request with one bit of its signature turned. */
function spoilt(base64: string): string {
  const der = derOf(base64);
  der[der.length - 1] = (der.at(-1) ?? 0) ^ 1;
  return pemOf(der);
}

test('requests for keys of all usual kinds are taken', () => {
  for (const key of ['alice', 'rsa', 'pss', 'ed25519', 'nodeServing'] as const) {
    assert.deepEqual(findings({ request: testRequests[key] }), [], key);
  }
});

test('a request must be one, and be signed with the key it is for', () => {
  const problem = (bytes: string): string => (findings({ request: bytes })[0] ?? '').split(`${bytes}": `)[1] ?? '';
  assert.equal(problem(pem('not PEM')), 'PEM block type must be CERTIFICATE REQUEST');
  assert.equal(problem(certificate), 'PEM block type must be CERTIFICATE REQUEST');
  const block = (content: string): string =>
    pem(`-----BEGIN CERTIFICATE REQUEST-----\n${content}\n-----END CERTIFICATE REQUEST-----\n`);
  assert.equal(problem(block('')), 'asn1: syntax error: sequence truncated');
  assert.equal(problem(block('MIIB')), 'asn1: syntax error: truncated tag or length');
  assert.equal(problem(block('MBAA')), 'asn1: syntax error: data truncated');
  assert.match(problem(block('AgEA')), /^asn1: structure error: tags don't match/);
  assert.equal(problem(spoilt(testRequests.alice)), 'x509: ECDSA verification failure');
  assert.equal(problem(spoilt(testRequests.rsa)), 'crypto/rsa: verification error');
  assert.equal(problem(spoilt(testRequests.pss)), 'crypto/rsa: verification error');
  assert.equal(problem(spoilt(testRequests.ed25519)), 'x509: Ed25519 verification failure');
});

function derOf(base64: string): Buffer {
  const text = Buffer.from(base64, 'base64').toString('latin1');
  return Buffer.from(text.replace(/-----[^-]+-----/g, ''), 'base64');
}

function pemOf(der: Buffer): string {
  return pem(`-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`);
}

test('a request of which one bit was turned is never taken, whatever it now says', () => {
  const der = derOf(testRequests.nodeServing);
  fc.assert(
    fc.property(fc.nat(der.length * 8 - 1), (bit) => {
      const turned = Buffer.from(der);
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.equal(findings({ request: pemOf(turned) }).length, 1);
    }),
  );
});

test('bytes that are no request are refused, not stumbled over', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.equal(findings({ request: pemOf(Buffer.from([0x30, bytes.length & 0x7f, ...bytes])) }).length, 1);
    }),
  );
});

test('a subject in letters that others may read as a group is refused', () => {
  const der = derOf(testRequests.masters);
  const at = der.indexOf('system:masters');
  // UniversalString: a later reader would take it for text.
  der[at - 2] = 0x1c;
  assert.match(findings({ request: pemOf(der) })[0] ?? '', /x509: unsupported string type: 28$/);
});

test('usages, the signer and the time are checked in upstream words', () => {
  assert.deepEqual(findings({ usages: [] }), ['spec.usages: Required value']);
  const [unknown = '', twice] = findings({ usages: ['client auth', 'x', 'client auth'] });
  assert.match(
    unknown,
    /^spec.usages\[1\]: Unsupported value: "x": supported values: "any", "cert sign", .*"timestamping"$/,
  );
  assert.equal(twice, 'spec.usages[2]: Duplicate value: "client auth"');
  assert.deepEqual(findings({ expirationSeconds: 599 }), [
    'spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)',
  ]);
  assert.deepEqual(findings({ expirationSeconds: 600 }), []);
  const field = 'spec.signerName: ';
  assert.deepEqual(findings({ signerName: '' }), [`${field}Required value`]);
  assert.deepEqual(findings({ signerName: 'kubernetes.io/legacy-unknown' }), [
    `${field}Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version`,
  ]);
  const formText = "must be a fully qualified domain and path of the form 'example.com/signer-name'";
  assert.deepEqual(findings({ signerName: 'a' }), [`${field}Invalid value: "a": ${formText}`]);
  assert.deepEqual(findings({ signerName: 'a.b/c/d' }), [`${field}Invalid value: "a.b/c/d": ${formText}`]);
  assert.deepEqual(findings({ signerName: 'a/b' }), [
    `${field}Invalid value: "a": should be a domain with at least two segments separated by dots`,
  ]);
  const [label = ''] = findings({ signerName: 'A.b/c' });
  assert.ok(label.startsWith(`${field}Invalid value: "A.b": validating label "A": a lowercase RFC 1123 label`));
  assert.deepEqual(findings({ signerName: 'example.com/ns.name' }), []);
});

test('a decision is made once, and only where decisions are made', () => {
  const open = request();
  const yes = request({}, { conditions: [approved] });
  const no = request({}, { conditions: [denied] });
  assert.deepEqual(lines(validateRequestApproval(yes, open)), []);
  assert.deepEqual(lines(validateRequestApproval(no, yes)), [
    'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
  ]);
  assert.deepEqual(lines(validateRequestApproval(request({}, { conditions: [approved, denied] }), yes)), [
    'status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
  ]);
  assert.deepEqual(lines(validateRequestApproval(request({}, { conditions: [approved, approved] }), open)), [
    'status.conditions[1].type: Duplicate value: "Approved"',
  ]);
  const odd = request(
    {},
    {
      conditions: [
        { type: 'Approved', status: 'False' },
        { type: '', status: '' },
      ],
    },
  );
  assert.deepEqual(lines(validateRequestApproval(odd, open)), [
    'status.conditions[0].status: Unsupported value: "False": supported values: "True"',
    'status.conditions[1].type: Required value',
    'status.conditions[1].status: Required value',
  ]);
  assert.deepEqual(lines(validateRequestStatus(yes, open)), [
    'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
  ]);
});

test('a certificate is written once, by the signer, and is one', () => {
  const issued = request({}, { certificate });
  assert.deepEqual(lines(validateRequestApproval(issued, request())), [
    'status.certificate: Invalid value: "<certificate data>": x509: malformed certificate',
    'status.certificate: Forbidden: updates may not set certificate content',
  ]);
  const other = request({}, { certificate: pem('nothing') });
  assert.deepEqual(lines(validateRequestStatus(other, issued)), [
    'status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block',
    'status.certificate: Forbidden: updates may not modify existing certificate content',
  ]);
  const key = request({}, { certificate: pem('-----BEGIN KEY-----\nAAAA\n-----END KEY-----\n') });
  assert.deepEqual(lines(validateRequestStatus(key, request())), [
    'status.certificate: Invalid value: "<certificate data>": only CERTIFICATE PEM blocks are allowed, found "KEY"',
  ]);
  assert.deepEqual(lines(validateRequestUpdate(issued, issued)), []);
});

test('a decision gets the times it lacks, and keeps that of its last change', () => {
  const old = request({}, { conditions: [{ ...approved, lastTransitionTime: '2026-01-01T00:00:00Z' }] });
  const draft = structuredClone(request({}, { conditions: [{ ...approved, message: 'm' }], certificate })) as unknown;
  prepareRequestApproval(draft as Draft<CertificateSigningRequest>, old, { now });
  assert.deepEqual((draft as CertificateSigningRequest).status, {
    conditions: [
      {
        ...approved,
        message: 'm',
        lastUpdateTime: '2026-01-01T01:00:00Z',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ],
  });
});

test('a signer that writes an older decision back leaves the stored one', () => {
  const times = { lastUpdateTime: '2026-01-01T00:00:00Z', lastTransitionTime: '2026-01-01T00:00:00Z' };
  const old = request({}, { conditions: [{ ...approved, ...times }] });
  const failed = { type: 'Failed', status: 'True' };
  const conditions = [{ ...approved, reason: 'Other' }, failed];
  const draft = structuredClone(request({}, { conditions })) as unknown;
  prepareRequestStatus(draft as Draft<CertificateSigningRequest>, old, { now });
  const moment = '2026-01-01T01:00:00Z';
  assert.deepEqual((draft as CertificateSigningRequest).status.conditions, [
    { ...approved, ...times },
    { ...failed, lastUpdateTime: moment, lastTransitionTime: moment },
  ]);
});

test('the table says who asks whom, and how far it has come', () => {
  const cells = (spec: object, status: object): readonly unknown[] =>
    certificateSigningRequests.table.cells(request(spec, status), now);
  assert.deepEqual(cells({ username: 'bob' }, {}), ['x', '60m', good.signerName, 'bob', '<none>', 'Pending']);
  const issued = cells({ username: 'bob', expirationSeconds: 86400 }, { conditions: [approved], certificate });
  assert.deepEqual(issued.slice(4), ['24h', 'Approved,Issued']);
  const failed = cells({}, { conditions: [denied, { type: 'Failed', status: 'True' }] });
  assert.equal(failed[5], 'Denied,Failed');
});
