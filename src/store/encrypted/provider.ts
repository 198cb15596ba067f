import { createCipheriv, createDecipheriv } from 'node:crypto';
import { secretBytes } from '#base/random.ts';

/** One way of storing a text, under one key. */
export interface Provider {
  /** What all it stores begins with, such as "k8s:enc:aesgcm:v1:key1:"; empty for plain text. */
  readonly prefix: string;
  /** What errors call it. */
  readonly name: string;
  /** `place` is where the text is kept: what is sealed for one place cannot be opened in another. */
  seal(text: string, place: string): string;
  /** Throws when the content does not fit. */
  open(sealed: string, place: string): string;
}

/** What everything encrypted begins with, here as in upstream's etcd. */
export const sealedPrefix = 'k8s:enc:';

export interface Key {
  readonly name: string;
  /** 16, 24 or 32 bytes. */
  readonly secret: Uint8Array;
}

export const identityProvider: Provider = {
  prefix: '',
  name: 'identity',
  seal: (text) => text,
  open: (sealed) => sealed,
};

const nonceBytes = 12;
const tagBytes = 16;
const blockBytes = 16;

/** AES in Galois/counter mode: nobody without the key reads the text, changes it or moves it to another place. Stored are nonce,
 *  content and tag in base64. */
export function aesgcmProvider({ name, secret }: Key): Provider {
  const cipher = `aes-${secret.length * 8}-gcm` as 'aes-256-gcm';
  return {
    ...named('aesgcm', name),
    seal: (text, place) => {
      const nonce = secretBytes(nonceBytes);
      const work = createCipheriv(cipher, secret, nonce).setAAD(Buffer.from(place));
      const content = Buffer.concat([work.update(text, 'utf8'), work.final()]);
      return Buffer.concat([nonce, content, work.getAuthTag()]).toString('base64');
    },
    open: (sealed, place) => {
      const bytes = Buffer.from(sealed, 'base64');
      const work = createDecipheriv(cipher, secret, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
      work.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(-tagBytes));
      return textOf(work.update(bytes.subarray(nonceBytes, -tagBytes)), work.final());
    },
  };
}

/** AES in cipher block chaining: hides the text, and does not notice when somebody changes it. */
export function aescbcProvider({ name, secret }: Key): Provider {
  const cipher = `aes-${secret.length * 8}-cbc`;
  return {
    ...named('aescbc', name),
    seal: (text) => {
      const start = secretBytes(blockBytes);
      const work = createCipheriv(cipher, secret, start);
      return Buffer.concat([start, work.update(text, 'utf8'), work.final()]).toString('base64');
    },
    open: (sealed) => {
      const bytes = Buffer.from(sealed, 'base64');
      const work = createDecipheriv(cipher, secret, bytes.subarray(0, blockBytes));
      return textOf(work.update(bytes.subarray(blockBytes)), work.final());
    },
  };
}

function named(provider: string, key: string): Pick<Provider, 'prefix' | 'name'> {
  return { prefix: `${sealedPrefix}${provider}:v1:${key}:`, name: `${provider} key "${key}"` };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Throws for what is no text: the wrong key makes noise. */
function textOf(...parts: readonly Uint8Array[]): string {
  return utf8.decode(Buffer.concat(parts));
}
