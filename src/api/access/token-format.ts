import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { isObject } from '#base/json.ts';

/** What a service account token says (spec: api.md section 16, item 3). Times are seconds since 1970. */
export interface TokenClaims {
  readonly iss: string;
  readonly aud: readonly string[];
  readonly sub: string;
  readonly exp: number;
  readonly iat: number;
  readonly nbf: number;
  readonly jti: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly serviceaccount: Required<BoundObject>;
    readonly pod?: BoundObject;
    readonly node?: BoundObject;
    readonly secret?: BoundObject;
    /** From then on a token that was asked for a shorter life is used too late. */
    readonly warnafter?: number;
  };
}

export interface BoundObject {
  readonly name: string;
  /** Not known of the node that a pod is to run on before that node has come. */
  readonly uid?: string;
}

/** Signs and reads JSON web tokens with one P-256 key (ES256), as RFC 7515 and RFC 7518 lay them out. */
export class TokenFormat {
  private readonly privateKey: KeyObject;
  private readonly publicKey: KeyObject;
  private id: string | undefined;

  constructor(privateKey: KeyObject) {
    this.privateKey = privateKey;
    this.publicKey = createPublicKey(privateKey);
  }

  /** Worked out when first needed: the first export of a key in a process takes 25 ms. */
  private get keyId(): string {
    if (this.id === undefined) {
      const der = this.publicKey.export({ type: 'spki', format: 'der' });
      this.id = createHash('sha256').update(der).digest('base64url');
    }
    return this.id;
  }

  issue(claims: object): string {
    const signed = `${encoded({ alg: 'ES256', kid: this.keyId })}.${encoded(claims)}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }

  /** What a token of ours says; undefined for any other text. Whether it still holds is for others to say. */
  read(token: string): object | undefined {
    const parts = partsOf(token);
    if (parts?.header.alg !== 'ES256') return undefined;
    const key = { key: this.publicKey, dsaEncoding: 'ieee-p1363' as const };
    return verify('sha256', Buffer.from(parts.signed), key, parts.signature) ? parts.claims : undefined;
  }

  /** Why a text that says it is a token by one of these issuers is not, in upstream's words; undefined if it says no such thing. */
  forgery(token: string, issuers: readonly string[]): string | undefined {
    const parts = partsOf(token);
    if (parts === undefined || !issuers.includes(String(parts.claims.iss))) return undefined;
    const { kid = '', alg } = parts.header;
    if (kid !== '' && kid !== this.keyId) return 'invalid signature, no keys found';
    if (alg !== 'ES256') return 'go-jose/go-jose: unknown/unsupported algorithm';
    return 'go-jose/go-jose: error in cryptographic primitive';
  }

  /** The public half as a JSON web key set, for those who check tokens by themselves. */
  keySet(): object {
    const key = this.publicKey.export({ format: 'jwk' });
    return { keys: [{ use: 'sig', kid: this.keyId, alg: 'ES256', ...key }] };
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

interface Parts {
  readonly header: { readonly [name: string]: unknown };
  readonly claims: { readonly [name: string]: unknown };
  /** What the signature is of. */
  readonly signed: string;
  readonly signature: Buffer;
}

function partsOf(token: string): Parts | undefined {
  const [first = '', second = '', third = '', ...more] = token.split('.');
  const [header, claims] = [decoded(first), decoded(second)];
  if (more.length > 0 || header === undefined || claims === undefined || !isBase64Url(third)) return undefined;
  return { header, claims, signed: `${first}.${second}`, signature: Buffer.from(third, 'base64url') };
}

function isBase64Url(text: string): boolean {
  return /^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1;
}

function decoded(part: string): { readonly [name: string]: unknown } | undefined {
  if (!isBase64Url(part)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
