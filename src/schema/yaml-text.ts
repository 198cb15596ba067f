import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import type { DecodeProblem } from '#schema/decode-context.ts';
import { ExactNumber, setKey } from '#schema/json-source.ts';
import { readPlainJson } from '#schema/json-text.ts';
import { plainScalar } from '#schema/yaml-scalar.ts';

/** Thrown for text that is not YAML, or that says what JSON cannot. The message starts with `yaml:` as upstream's does. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
}

export interface YamlSource {
  /** As `readJson` gives it; of repeated keys the last is kept. */
  readonly value: unknown;
  /** Repeated keys, which only strict readers mind (spec: api.md section 10.1). */
  readonly problems: readonly DecodeProblem[];
}

/** Reads the first document of a YAML text the way Kubernetes does (YAML 1.1; see `plainScalar`). Throws `YamlError`. */
export function readYaml(text: string): YamlSource {
  // Most clients send JSON by the name of YAML, as kubectl does to apply; their own parser is a hundred times as fast.
  const plain = text.startsWith('{') ? readPlainJson(text) : undefined;
  if (plain !== undefined) return { value: plain, problems: [] };
  const lines = new LineCounter();
  try {
    const document = firstDocument(text, lines);
    const error = document.errors[0];
    if (error?.message.includes('call stack') === true) throw new RangeError(error.message);
    if (error !== undefined) throw new YamlError(`yaml: line ${lineAt(lines, error.pos[0])}: ${syntaxText(error)}`);
    const reader = new YamlReader(lines);
    return { value: reader.read(document.contents), problems: reader.problems };
  } catch (error) {
    if (error instanceof RangeError) {
      const overflow = error.message.includes('call stack');
      throw new YamlError(overflow ? tooDeep : error.message);
    }
    throw error;
  }
}

const depthMax = 10_000;
const tooDeep = `yaml: exceeded max depth of ${depthMax}`;

/** Each token costs a few microseconds, in which nobody else is served: manifests have thousands. */
const tokensMax = 400_000;
const tooLong = `yaml: more than ${tokensMax} tokens; send so much as JSON`;

/** The first document alone is read, and reading is given up where the text is nested too deeply or has too many parts: a text
 *  of nothing but brackets, dashes or line ends would otherwise keep the parser busy for seconds. */
function firstDocument(text: string, lines: LineCounter): Document.Parsed {
  const composer = new Composer({ version: '1.1', schema: 'failsafe', uniqueKeys: false, prettyErrors: false });
  for (const document of composer.compose(tokensOf(text, lines), true, text.length)) return document;
  throw new YamlError('yaml: no document');
}

function* tokensOf(text: string, lines: LineCounter): Generator<CST.Token> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let tokens = 0;
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    tokens += 1;
    if (tokens > tokensMax) throw new YamlError(tooLong);
    if (parser.stack.length > depthMax) throw new YamlError(tooDeep);
  }
  yield* parser.end();
}

/** The spellings of Go's parser, for the mistakes people make. */
const syntaxTexts: { readonly [code: string]: string } = {
  BLOCK_AS_IMPLICIT_KEY: 'mapping values are not allowed in this context',
  BAD_INDENT: 'did not find expected key',
  MISSING_CHAR: 'did not find expected key',
  UNEXPECTED_TOKEN: 'did not find expected key',
  TAB_AS_INDENT: 'found character that cannot start any token',
  MULTILINE_IMPLICIT_KEY: "could not find expected ':'",
};

function syntaxText(error: YAMLError): string {
  return syntaxTexts[error.code] ?? error.message;
}

function lineAt(lines: LineCounter, offset: number): number {
  return lines.linePos(offset).line;
}

/** Aliases let a small text stand for an endless one: beyond this many nodes, most must be spelt out. */
const freeNodes = 100_000;
const aliasedShareMax = 0.9;
const nodesMax = 4_000_000;

class YamlReader {
  readonly problems: DecodeProblem[] = [];
  private readonly lines: LineCounter;
  private readonly anchors = new Map<string, Node>();
  private readonly expanding = new Set<Node>();
  private nodes = 0;
  private aliased = 0;

  constructor(lines: LineCounter) {
    this.lines = lines;
  }

  read(node: unknown): unknown {
    this.count();
    if (node === null || node === undefined) return null;
    if (isAlias(node)) return this.readAlias(node);
    const { anchor } = node as Node & { anchor?: string };
    if (anchor !== undefined) this.anchors.set(anchor, node as Node);
    if (isScalar(node)) {
      const text = String(node.source ?? node.value ?? '');
      return scalar(text, node.tag, node.type === 'PLAIN' || node.type === undefined);
    }
    if (isMap(node)) return this.readMap(node);
    return (node as Node & { items: readonly unknown[] }).items.map((item) => this.read(item));
  }

  private count(): void {
    this.nodes += 1;
    if (this.expanding.size > 0) this.aliased += 1;
    const excessive = this.nodes > freeNodes && this.aliased / this.nodes > aliasedShareMax;
    if (excessive || this.nodes > nodesMax) throw new YamlError('yaml: document contains excessive aliasing');
  }

  private readAlias(alias: Alias): unknown {
    const target = this.anchors.get(alias.source);
    if (target === undefined) throw new YamlError(`yaml: unknown anchor '${alias.source}' referenced`);
    if (this.expanding.has(target) || this.isOpen(target)) {
      throw new YamlError(`yaml: anchor '${alias.source}' value contains itself`);
    }
    this.expanding.add(target);
    const value = this.read(target);
    this.expanding.delete(target);
    return value;
  }

  private readonly open = new Set<unknown>();

  private isOpen(node: Node): boolean {
    return this.open.has(node);
  }

  private readMap(map: YAMLMap): { [key: string]: unknown } {
    const object: { [key: string]: unknown } = {};
    const seen = new Set<string>();
    this.open.add(map);
    for (const { key, value } of map.items) {
      if (isScalar(key) && key.source === '<<' && key.type === 'PLAIN') {
        this.merge(object, value);
        continue;
      }
      const name = this.read(key);
      const text = keyText(name);
      const read = this.read(value);
      if (seen.has(text)) this.repeated(value ?? key, name);
      seen.add(text);
      setKey(object, text, read);
    }
    this.open.delete(map);
    return object;
  }

  /** The keys of the mappings under `<<`; of several the first wins. */
  private merge(object: { [key: string]: unknown }, node: unknown): void {
    const read = this.read(node);
    const sources = Array.isArray(read) ? read.toReversed() : [read];
    for (const source of sources) {
      if (typeof source !== 'object' || source === null || Array.isArray(source)) {
        throw new YamlError('yaml: map merge requires map or sequence of maps as the value');
      }
      for (const [key, value] of Object.entries(source)) setKey(object, key, value);
    }
  }

  private repeated(node: unknown, name: unknown): void {
    const line = lineAt(this.lines, (node as Node).range?.[0] ?? 0);
    const path = `line ${line}: key ${JSON.stringify(name)} already set in map`;
    this.problems.push({ is: 'yaml', path, text: path });
  }
}

function scalar(text: string, tag: string | undefined, isPlain: boolean): unknown {
  if (tag === 'tag:yaml.org,2002:binary' || tag === '!!binary') return Buffer.from(text, 'base64').toString();
  if (!text.isWellFormed()) throw new YamlError('yaml: found invalid Unicode character escape code');
  const isTyped = tag !== undefined && /:(?:int|float|bool|null)$/.test(tag);
  return isTyped || (tag === undefined && isPlain) || (isPlain && tag === '!') ? plainScalar(text) : text;
}

/** Object keys are texts in JSON: numbers and booleans are spelt as JSON spells them. */
function keyText(name: unknown): string {
  if (typeof name === 'string') return name;
  if (name instanceof ExactNumber) return name.text;
  if (typeof name === 'number' || typeof name === 'boolean') return String(name);
  throw new YamlError(`yaml: invalid map key: ${JSON.stringify(name)}`);
}
