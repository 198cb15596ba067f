import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { secrets } from '#kinds/secret/secret.ts';
import { decoded } from '#kinds/test-objects.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Of its own key, which nobody keeps. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBcDCCARWgAwIBAgIUA0xoHf28CIMHfYxmhPh7mnRL8R0wCgYIKoZIzj0EAwIw
DDEKMAgGA1UEAwwBeDAgFw0yNjExMjIxMTExMjdaGA8yMTI2MTAyOTExMTEyN1ow
DDEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEALV74zG055
7ToqiVC4f3pUXFdYXcXWy/eKmwce32cSgNl1V1odZy5k7+AgUOL3BW/wLSgBLBLG
lMc4OugW4PWjUzBRMB0GA1UdDgQWBBSoSopwPL7D+M75K2TG7XUWCc15oTAfBgNV
HSMEGDAWgBSoSopwPL7D+M75K2TG7XUWCc15oTAPBgNVHRMBAf8EBTADAQH/MAoG
CCqGSM49BAMCA0kAMEYCIQC5VW27p8yJN+Q/ZmlfdAru1r22MkFzhDoVuLhvVKcM
5wIhAO+TzPIn/xFXwjO19I5RgYnHRl59F4GZvPpfIGKHhaIp
-----END CERTIFICATE-----
`;

function warnings(crt: string, key: string, type = 'kubernetes.io/tls'): readonly string[] {
  const data = Object.fromEntries(
    Object.entries({ 'tls.crt': crt, 'tls.key': key }).map(([name, text]) => [
      name,
      Buffer.from(text).toString('base64'),
    ]),
  );
  return secrets.rules.warnings?.(decoded(secrets, { type, data }), undefined) ?? [];
}

const key = pemOf(privateKey);
const other = pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey);
const odd = '-----BEGIN ODD-----\nAAAA\n-----END ODD-----\n';

const cases: readonly (readonly [what: string, crt: string, key: string, told: string])[] = [
  ['nothing', '', '', 'tls: failed to find any PEM data in certificate input'],
  [
    'the two for each other',
    key,
    certificate,
    'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
  ],
  [
    'something else for the certificate',
    odd + odd,
    key,
    'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [ODD ODD]',
  ],
  ['no key', certificate, 'x', 'tls: failed to find any PEM data in key input'],
  [
    'a certificate for the key',
    certificate,
    certificate,
    'tls: found a certificate rather than a key in the PEM for the private key',
  ],
  [
    'something else for the key',
    certificate,
    odd,
    'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [ODD]',
  ],
  ['a certificate that is none', odd.replaceAll('ODD', 'CERTIFICATE'), key, 'x509: malformed certificate'],
  ['a key that is none', certificate, odd.replaceAll('ODD', 'PRIVATE KEY'), 'tls: failed to parse private key'],
  ['the key of another', certificate, key, 'tls: private key does not match public key'],
  ['a key of another kind', certificate, other, 'tls: private key type does not match public key type'],
];

for (const [what, crt, given, told] of cases) {
  test(`a secret for TLS that has ${what} is taken, and said to be of no use`, () => {
    assert.deepEqual(warnings(crt, given), [told]);
  });
}

test('of other secrets nothing is said', () => {
  assert.deepEqual(warnings('', '', 'Opaque'), []);
});
