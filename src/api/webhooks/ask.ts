import type { Json } from '#base/json.ts';
import type { RandomStream } from '#base/random.ts';
import { ApiError, apiErrors } from '#kinds/meta/errors.ts';
import type { StatusDetails } from '#kinds/meta/schema.ts';
import type { WebhookClientConfig } from '#kinds/webhook-configuration/schema.ts';
import { type AdmissionResponse, admissionResponse, admissionReview, reviewVersionOf } from './admission-review.ts';
import type { Asked, Invocation } from './asked.ts';
import { objectOfAnswer } from './http-answer.ts';
import type { MatchingParts } from './invocation.ts';
import type { ServiceRoute } from './service-route.ts';
import type { WebhookAnswer, WebhookCaller } from './webhook-caller.ts';

/** What asking takes. */
export interface WebhookParts extends MatchingParts {
  readonly call: WebhookCaller;
  readonly route: ServiceRoute;
  readonly uids: RandomStream;
}

/** Nobody could be asked, or what came back is no answer: the webhook's failurePolicy says what that means. */
export class WebhookFailure extends Error {
  override readonly name = 'WebhookFailure';

  constructor(webhook: string, why: string) {
    super(`failed calling webhook ${JSON.stringify(webhook)}: ${why}`);
  }
}

/** Asks one webhook about a request, and passes on its warnings and its notes for the audit log. Throws what it refuses with, or
 *  `WebhookFailure`. */
export async function askWebhook(
  parts: WebhookParts,
  invocation: Invocation,
  asked: Asked,
  mutating: boolean,
): Promise<AdmissionResponse> {
  const { webhook } = invocation.hook;
  const { name, sideEffects, admissionReviewVersions } = webhook;
  const { context, dryRun } = asked.request;
  const fail = (why: string): never => {
    throw new WebhookFailure(name, why);
  };
  if (dryRun && sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun') {
    throw apiErrors.badRequest(`admission webhook ${JSON.stringify(name)} does not support dry run`);
  }
  const version = reviewVersionOf(admissionReviewVersions);
  if (version === undefined) {
    const why = 'webhook does not accept known AdmissionReview versions (v1, v1beta1)';
    return fail(`could not create admission objects: ${why}`);
  }
  const uid = parts.uids.uuid();
  const review = admissionReview(version, uid, invocation, asked);
  const seconds = webhook.timeoutSeconds ?? 10;
  const ask = async (): Promise<ReturnType<typeof objectOfAnswer>> =>
    objectOfAnswer(await post(parts, webhook.clientConfig, review, seconds, context.signal));
  const answer = await ask().catch((error: Error) => fail(`failed to call webhook: ${error.message}`));
  let response: AdmissionResponse;
  try {
    response = admissionResponse(version, uid, mutating, answer);
  } catch (error) {
    return fail(`received invalid webhook response: ${(error as Error).message}`);
  }
  for (const [key, value] of Object.entries(response.auditAnnotations)) {
    context.audit?.annotate(`${name}/${key}`, String(value));
  }
  for (const text of response.warnings) context.warn(text);
  if (!response.allowed) throw rejection(name, response.status ?? {});
  return response;
}

/** Sends a question to where a configuration says. */
async function post(
  { call, route }: WebhookParts,
  { url, service, caBundle }: WebhookClientConfig,
  body: Json,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<WebhookAnswer> {
  const base = service === undefined ? new URL(url ?? '') : addressOf(service);
  const path = `/${base.pathname.split('/').filter(Boolean).join('/')}`;
  // Written out, as URLs forget the port that goes without saying.
  const port = service === undefined ? base.port : String(service.port ?? 443);
  const address = `https://${base.hostname}${port === '' ? '' : `:${port}`}${path}?timeout=${seconds}s`;
  try {
    return await call({
      url: address,
      authority: caBundle === undefined || caBundle === '' ? undefined : Buffer.from(caBundle, 'base64').toString(),
      ...(service === undefined ? {} : { dial: () => route(service.namespace, service.name, service.port ?? 443) }),
      body: JSON.stringify(body),
      timeout: seconds * 1000,
      signal,
    });
  } catch (error) {
    throw new Error(`Post ${JSON.stringify(address)}: ${(error as Error).message}`);
  }
}

function addressOf({ namespace, name, path = '' }: NonNullable<WebhookClientConfig['service']>): URL {
  return new URL(`https://${name}.${namespace}.svc${path.startsWith('/') ? path : `/${path}`}`);
}

/** A refusal in the webhook's own words and with its own code, if it is one of a refusal. */
function rejection(webhook: string, status: { readonly [field: string]: Json }): ApiError {
  const { code, reason, message, details } = status;
  const denied = `admission webhook ${JSON.stringify(webhook)} denied the request`;
  const why = [message, reason].find((text) => typeof text === 'string' && text !== '');
  return new ApiError({
    code: typeof code === 'number' && code >= 400 ? code : 400,
    ...(typeof reason === 'string' ? { reason } : {}),
    message: why === undefined ? `${denied} without explanation` : `${denied}: ${why}`,
    ...(details === undefined || details === null ? {} : { details: details as unknown as StatusDetails }),
  });
}
