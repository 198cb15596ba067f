import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, plainWrite, refusal } from '#api/test-harness.ts';
import { tokenReviews } from '#kinds/authentication/reviews.ts';
import type { TokenRequest, TokenReview } from '#kinds/authentication/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import { secrets } from '#kinds/secret/secret.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';

const robot = { namespace, name: 'default' };

async function start() {
  const harness = await Harness.start();
  const request = async (spec: object = {}): Promise<TokenRequest> =>
    (await harness.client.createSubresource(serviceAccounts, robot, 'token', { metadata: {}, spec })) as TokenRequest;
  const review = async (token: string, audiences?: string[]) => {
    const body = { metadata: {}, spec: { token, ...(audiences === undefined ? {} : { audiences }) }, status: {} };
    const answer = await harness.api.create(harness.context, harness.target(tokenReviews), body, plainWrite);
    return (answer as TokenReview).status;
  };
  return { harness, request, review };
}

/** What is noted when the token is shown. */
async function notesOn({ api }: Harness, token: string): Promise<{ readonly [key: string]: string }> {
  const noted: { [key: string]: string } = {};
  const annotate = (key: string, value: string): void => {
    noted[key.replace('authentication.k8s.io/', '')] = value;
  };
  await api.authenticate(token, { annotate, warn: (text) => annotate('warning', text) });
  return noted;
}

function claimsOf(token: string): { readonly [name: string]: unknown } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

test('a token says whose it is, and makes its bearer that account', async () => {
  const { harness, request } = await start();
  const { status, spec, metadata } = await request();
  assert.deepEqual([spec.expirationSeconds, spec.boundObjectRef, metadata.name], [3600, null, 'default']);
  assert.equal(status.expirationTimestamp, '2026-01-01T01:00:00Z');
  const { sub, exp, iat, jti } = claimsOf(status.token);
  assert.deepEqual([sub, Number(exp) - Number(iat)], ['system:serviceaccount:default:default', 3600]);
  const user = await harness.api.authenticate(status.token);
  assert.equal(user?.name, 'system:serviceaccount:default:default');
  const groups = ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'];
  assert.deepEqual(user.groups, groups);
  assert.deepEqual(user.extra, { 'authentication.kubernetes.io/credential-id': [`JTI=${jti}`] });
});

test('a token ends in time, with its account, and with what it is bound to', async () => {
  const { harness, request, review } = await start();
  await harness.pod('p');
  const metadata = { name: 's', namespace };
  await harness.client.create(secrets, { metadata, type: 'Opaque' });
  const short = (await request({ expirationSeconds: 600 })).status.token;
  const ofPod = (await request({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p' } })).status.token;
  const ofSecret = (await request({ boundObjectRef: { kind: 'Secret', apiVersion: 'v1', name: 's' } })).status.token;
  const bearer = await harness.api.authenticate(ofPod);
  assert.deepEqual(bearer?.extra?.['authentication.kubernetes.io/pod-name'], ['p']);
  await harness.client.delete(pods, { namespace, name: 'p' }, { gracePeriodSeconds: 0 });
  assert.equal(await harness.api.authenticate(ofPod), undefined);
  assert.equal((await review(ofPod)).error, '[invalid bearer token, service account token has been invalidated]');
  await harness.pod('p');
  assert.match(
    (await review(ofPod)).error ?? '',
    /pod UID \(.*\) does not match service account pod ref claim \(.*\)\]$/,
  );
  await harness.clock.advance(599_000);
  assert.ok(await harness.api.authenticate(short));
  await harness.clock.advance(61_000);
  assert.ok(await harness.api.authenticate(short), 'clocks differ');
  await harness.clock.advance(1_000);
  assert.equal((await review(short)).error, '[invalid bearer token, service account token has expired]');
  await harness.client.delete(serviceAccounts, robot);
  await harness.client.create(serviceAccounts, { metadata: robot });
  assert.match((await review(ofSecret)).error ?? '', /service account UID \(.*\) does not match claim/);
});

test('a token for others is none for the API server', async () => {
  const { harness, request, review } = await start();
  const { token } = (await request({ audiences: ['vault'] })).status;
  assert.equal(await harness.api.authenticate(token), undefined);
  const { error } = await review(token, ['bank', 'shop']);
  assert.match(error ?? '', /token audiences \["vault"\] is invalid for the target audiences \["bank" "shop"\]\]$/);
  const { authenticated, audiences } = await review(token, ['vault', 'shop']);
  assert.deepEqual([authenticated, audiences], [true, ['vault']]);
});

test('a token that was tampered with, or is none at all, is nobody', async () => {
  const { harness, request, review } = await start();
  const [header, payload, signature] = (await request()).status.token.split('.');
  const forged = Buffer.from(JSON.stringify({ ...claimsOf(`.${payload}`), sub: 'x' })).toString('base64url');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  const foreign = Buffer.from('{"alg":"ES256","kid":"another"}').toString('base64url');
  const broken = 'go-jose/go-jose: error in cryptographic primitive';
  const texts: readonly (readonly [token: string, error: string])[] = [
    [`${header}.${forged}.${signature}`, `[invalid bearer token, ${broken}]`],
    [`${header}.${payload}.${signature}x`, `[invalid bearer token, ${broken}]`],
    [`${foreign}.${payload}.${signature}`, '[invalid bearer token, invalid signature, no keys found]'],
    [`${none}.${payload}.`, '[invalid bearer token, go-jose/go-jose: unknown/unsupported algorithm]'],
    [`${header}.${payload}.${signature}xyz`, 'invalid bearer token'],
    ...['a.b.c', '..', 'word'].map((word) => [word, 'invalid bearer token'] as const),
  ];
  for (const [token, error] of texts) {
    assert.equal(await harness.api.authenticate(token), undefined, token);
    assert.deepEqual(await review(token), { user: {}, error }, token);
  }
});

test('what tokens are asked for is checked', async () => {
  const { harness, request } = await start();
  const other = { kind: 'ConfigMap', apiVersion: 'v1', name: 'x' };
  const type = await refusal(request({ boundObjectRef: other }));
  assert.equal(type.message, 'cannot bind token to object of type /v1, Kind=ConfigMap');
  await harness.pod('p');
  const uid = await refusal(request({ boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p', uid: 'other' } }));
  assert.equal(uid.code, 409);
  assert.match((await refusal(request({ expirationSeconds: 599 }))).message, /less than 10 minutes$/);
  const ask = (metadata: object, spec: object = {}) =>
    harness.client.createSubresource(serviceAccounts, robot, 'token', { metadata, spec } as never);
  const { metadata } = await harness.client.get(serviceAccounts, robot);
  assert.equal(((await ask({ uid: metadata.uid })) as TokenRequest).metadata.uid, metadata.uid);
  assert.equal(
    (await refusal(ask({ uid: 'other' }))).message,
    'Operation cannot be fulfilled on TokenRequest.authentication.k8s.io "default": the UID in the token request (other) ' +
      `does not match the UID of the service account (${metadata.uid})`,
  );
  await harness.pod('waits', { nodeName: 'n9' });
  const { token } = (await request({ boundObjectRef: { kind: 'Pod', name: 'waits' } })).status;
  assert.deepEqual((claimsOf(token)['kubernetes.io'] as { node: object }).node, { name: 'n9' });
  const absent = harness.client.createSubresource(serviceAccounts, { namespace, name: 'no' }, 'token', {});
  assert.equal((await refusal(absent)).message, 'serviceaccounts "no" not found');
});

test("a pod's token is let on for a year, and says when it was to be renewed", async () => {
  const { harness, request } = await start();
  await harness.pod('p');
  const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: 'p' };
  const spanOf = (token: string) => {
    const {
      exp,
      iat,
      'kubernetes.io': about,
    } = claimsOf(token) as { exp: number; iat: number; [name: string]: unknown };
    const { warnafter } = about as { readonly warnafter?: number };
    return { life: exp - iat, warnAfter: warnafter === undefined ? undefined : warnafter - iat };
  };
  const { status, spec } = await request({ expirationSeconds: 3607, boundObjectRef });
  assert.deepEqual(spanOf(status.token), { life: 365 * 24 * 3600, warnAfter: 3607 });
  assert.equal(spec.expirationSeconds, 3607);
  assert.equal(status.expirationTimestamp, '2026-01-01T01:00:07Z');
  assert.deepEqual(await notesOn(harness, status.token), {});
  await harness.clock.advance(3600_000 * 2);
  assert.ok(await harness.api.authenticate(status.token));
  assert.deepEqual(await notesOn(harness, status.token), {
    'stale-token': 'subject: system:serviceaccount:default:default, seconds after warning threshold: 3593',
  });
  const others = [{ expirationSeconds: 3607 }, { expirationSeconds: 3608, boundObjectRef }];
  const vault = { expirationSeconds: 3607, boundObjectRef, audiences: ['vault'] };
  for (const asked of [...others, vault]) {
    const { life, warnAfter } = spanOf((await request(asked)).status.token);
    assert.deepEqual([life, warnAfter], [asked.expirationSeconds, undefined]);
  }
});

test('a token kept in a Secret holds as long as it stands there and its account exists', async () => {
  const { harness, review } = await start();
  const { client, api } = harness;
  const account = (await client.get(serviceAccounts, robot)).metadata;
  const token = api.tokenIssuer.issueForSecret(namespace, 's', account);
  const problem = async () => (await review(token)).error;
  assert.equal(await problem(), '[invalid bearer token, Token has been invalidated]');
  const annotations = { 'kubernetes.io/service-account.name': 'default' };
  const data = { token: Buffer.from(token).toString('base64') };
  const type = 'kubernetes.io/service-account-token';
  await client.create(secrets, { metadata: { namespace, name: 's', annotations }, type, data });
  assert.deepEqual(await api.authenticate(token), {
    name: 'system:serviceaccount:default:default',
    uid: account.uid,
    groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
  });
  assert.match((await review(token, ['vault'])).error ?? '', /is invalid for the target audiences \["vault"\]/);
  const label = (value: string | null) => {
    const labels = { 'kubernetes.io/legacy-token-invalid-since': value };
    return client.patch(secrets, { namespace, name: 's' }, { type: 'merge', body: { metadata: { labels } } });
  };
  const legacy = { 'legacy-token': 'system:serviceaccount:default:default' };
  assert.deepEqual(await notesOn(harness, token), { ...legacy, 'legacy-token-manual-secret': 's' });
  const listed = { secrets: [{ name: 's' }] };
  await client.patch(serviceAccounts, robot, { type: 'merge', body: listed });
  const { warning, ...noted } = await notesOn(harness, token);
  assert.deepEqual(noted, { ...legacy, 'legacy-token-autogenerated-secret': 's' });
  assert.match(warning ?? '', /^Use tokens from the TokenRequest API or manually created /);
  await label('2026-01-01');
  assert.deepEqual(await notesOn(harness, token), { ...legacy, 'legacy-token-invalidated': 's/default' });
  assert.match((await problem()) ?? '', /the token in secret default\/s .* has been marked invalid/);
  await label(null);
  const body = { data: { token: Buffer.from('other').toString('base64') } };
  await client.patch(secrets, { namespace, name: 's' }, { type: 'merge', body });
  assert.equal(await problem(), "[invalid bearer token, Token does not match server's copy]");
  await client.patch(secrets, { namespace, name: 's' }, { type: 'merge', body: { data } });
  assert.equal(await problem(), undefined);
  await client.delete(serviceAccounts, robot);
  assert.equal(await problem(), '[invalid bearer token, serviceaccounts "default" not found]');
});
