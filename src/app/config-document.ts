import { readFileSync } from 'node:fs';
import { ConfigError } from '#app/config.ts';
import { isObject } from '#base/json.ts';
import { DecodeError, decode } from '#schema/decode.ts';
import { suggestField } from '#schema/suggest.ts';
import type { Draft, Fields, Infer, ObjectType } from '#schema/type.ts';
import { readYaml } from '#schema/yaml-text.ts';

export interface DocumentKind<F extends Fields> {
  /** What errors call the file, such as "audit policy". */
  readonly what: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: ObjectType<F>;
}

/** Reads a file of one configuration object in Kubernetes' form. Throws `ConfigError`, which names the file, for one that cannot be
 *  read, is of another kind, or says anything that the kind does not know. */
export function readConfigDocument<F extends Fields>(
  file: string,
  { what, apiVersion, kind, schema }: DocumentKind<F>,
): Draft<Infer<ObjectType<F>>> {
  const fail = (why: string): never => {
    throw new ConfigError(`Cannot use the ${what} ${file}: ${why}`);
  };
  try {
    const source = readYaml(readFileSync(file, 'utf8'));
    const named = isObject(source.value) ? source.value : {};
    if (named.apiVersion !== apiVersion || named.kind !== kind) {
      fail(
        `expected apiVersion ${apiVersion} and kind ${kind}, not ${shown(named.apiVersion)} and ${shown(named.kind)}`,
      );
    }
    const { value, problems } = decode(schema, source.value);
    const [problem] = [...source.problems, ...problems];
    if (problem === undefined) return value;
    const meant = problem.is === 'unknown' ? suggestField(schema, problem.path) : undefined;
    return fail(meant === undefined ? problem.text : `${problem.text}; did you mean "${meant}"?`);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (error instanceof DecodeError) return fail(error.message);
    return fail((error as Error).message);
  }
}

function shown(value: unknown): string {
  return value === undefined ? 'none' : String(value);
}
