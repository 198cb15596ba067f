import { isObject, type JsonObject } from '#base/json.ts';
import type { WebhookAnswer } from './webhook-caller.ts';

/** What HTTP codes mean where no more is said, in the words of upstream's client. */
const meanings: { readonly [code: number]: string } = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  409: 'the server reported a conflict',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
};

/** Whose body says it better. */
const ownWords: ReadonlySet<number> = new Set([403, 406, 415]);

const shownCharactersMax = 2048;

/** The JSON object that a webhook answers with. Throws an Error in the words of upstream's client when it answers anything else. */
export function objectOfAnswer(answer: WebhookAnswer): JsonObject {
  const { status, contentType, text } = answer;
  if (status < 200 || status > 206) throw new Error(problemOf(answer));
  if (text === '') throw new Error(`0-length response with status code: ${status} and content type: ${contentType}`);
  const value = parsed(text);
  if (isObject(value)) return value as JsonObject;
  if (value !== undefined) throw new Error('the answer is no JSON object');
  const start = JSON.stringify(text.slice(0, 64));
  throw new Error(`couldn't get version/kind; json parse error: the answer begins with ${start}`);
}

function problemOf(answer: WebhookAnswer): string {
  const { status } = answer;
  const told = toldMessage(answer.text);
  if (told !== undefined) return told;
  const meaning = meanings[status];
  if (meaning !== undefined) return meaning;
  const words = wordsOf(answer);
  if (ownWords.has(status)) return words;
  if (status >= 500)
    return `an error on the server (${JSON.stringify(words)}) has prevented the request from succeeding`;
  return `the server responded with the status code ${status} but did not return more information`;
}

/** Of a body that is a Status. */
function toldMessage(text: string): string | undefined {
  const value = parsed(text);
  if (!isObject(value) || value.kind !== 'Status' || typeof value.message !== 'string') return undefined;
  return value.message === '' ? undefined : value.message;
}

function wordsOf({ contentType, text }: WebhookAnswer): string {
  const words = text.trim().slice(0, shownCharactersMax);
  return contentType.startsWith('text/') && words !== '' ? words : 'unknown';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
