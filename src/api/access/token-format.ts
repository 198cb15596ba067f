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
    const [header = '', payload = '', signature = '', ...more] = token.split('.');
    if (more.length > 0 || decoded(header)?.alg !== 'ES256') return undefined;
    const key = { key: this.publicKey, dsaEncoding: 'ieee-p1363' as const };
    if (!verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url')))
      return undefined;
    return decoded(payload);
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

function decoded(part: string): { readonly [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
