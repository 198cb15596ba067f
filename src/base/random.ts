import { randomBytes } from 'node:crypto';

/** One independent sequence of draws. */
export interface RandomStream {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, below). */
  int(below: number): number;
  /** `length` characters, each drawn from `alphabet`. */
  text(length: number, alphabet: string): string;
  /** A random (version 4) UUID in its usual text form. */
  uuid(): string;
}

/** The only source of chance. A draw from one stream never shifts the numbers of another. */
export interface Random {
  stream(name: string): RandomStream;
}

/** A 32-bit step generator (xoshiro128**): fast, and the same on every machine for the same seed. */
class Xoshiro implements RandomStream {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  constructor(seed: string) {
    const mix = seedMixer(seed);
    this.a = mix();
    this.b = mix();
    this.c = mix();
    this.d = mix() | 1;
  }

  private bits(): number {
    const scrambled = Math.imul(rotate(Math.imul(this.b, 5), 7), 9);
    const t = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= t;
    this.d = rotate(this.d, 11);
    return scrambled >>> 0;
  }

  next(): number {
    return this.bits() / 2 ** 32;
  }

  int(below: number): number {
    return Math.floor(this.next() * below);
  }

  text(length: number, alphabet: string): string {
    let out = '';
    for (let i = 0; i < length; i++) out += alphabet[this.int(alphabet.length)];
    return out;
  }

  uuid(): string {
    let text = '';
    for (let at = 0; at < uuidBytes; at++) {
      const drawn = this.bits() >>> 24;
      if (at === 4 || at === 6 || at === 8 || at === 10) text += '-';
      if (at === 6) text += byteTexts[(drawn & 0x0f) | 0x40];
      else if (at === 8) text += byteTexts[(drawn & 0x3f) | 0x80];
      else text += byteTexts[drawn];
    }
    return text;
  }
}

const uuidBytes = 16;
const byteTexts = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/** Spreads a text over as many 32-bit words as are asked for. */
function seedMixer(seed: string): () => number {
  let h = 0x9e3779b9 ^ seed.length;
  for (let i = 0; i < seed.length; i++) {
    h = Math.imul(h ^ seed.charCodeAt(i), 0xcc9e2d51);
    h = rotate(h, 13);
  }
  return () => {
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
    return h >>> 0;
  };
}

/** Chance that replays: the same seed gives every stream the same numbers. */
export function seededRandom(seed: string): Random {
  return { stream: (name) => new Xoshiro(`${seed}/${name}`) };
}

/** Chance that nobody can foresee, seeded by the operating system. */
export function systemRandom(): Random {
  return { stream: (name) => new Xoshiro(`${randomBytes(16).toString('hex')}/${name}`) };
}

/** Bytes that nobody can guess: for what keeps secrets, where a draw that can be replayed would give them away. */
export function secretBytes(count: number): Uint8Array {
  return randomBytes(count);
}
