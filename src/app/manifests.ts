import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isObject } from '#base/json.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { apiVersionOf } from '#kinds/definition.ts';
import { ApiError, apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject, New } from '#kinds/meta/object.ts';
import { closest } from '#schema/closest.ts';
import { JsonSyntaxError, plain } from '#schema/json-source.ts';
import { readJson } from '#schema/json-text.ts';
import { suggestions } from '#schema/suggest.ts';
import { readYaml, YamlError } from '#schema/yaml-text.ts';
import { bodySource } from '#server/body-source.ts';
import { decodeBody, StrictError } from '#server/decode-body.ts';

/** One object of a manifest file, decoded as strictly as kubectl asks for. */
export interface Manifest {
  readonly file: string;
  readonly resource: ResourceDefinition;
  readonly object: New<KubeObject>;
}

/** A file cannot be read, or is neither YAML nor JSON. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

/** Reads YAML or JSON files with one or more objects each ("-" is standard input); of a folder those that are called so, in the
 *  order of their names. Throws `ManifestError` for what cannot be read, and `ApiError`, in the server's words and with its advice,
 *  for what the API would not take. */
export async function readManifests(
  files: readonly string[],
  resources: readonly ResourceDefinition[],
): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  for (const file of files.flatMap(filesIn)) manifests.push(...(await manifestsOf(file, readText(file), resources)));
  return manifests;
}

/** The objects in the text of a manifest, as `readManifests`; `file` names it in errors. */
export async function manifestsOf(
  file: string,
  text: string,
  resources: readonly ResourceDefinition[],
): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  for (const document of documents(text)) {
    for (const object of objectsOf(file, document)) manifests.push(await decodeManifest(file, object, resources));
  }
  return manifests;
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function filesIn(place: string): readonly string[] {
  try {
    if (place === '-' || !statSync(place).isDirectory()) return [place];
    const names = readdirSync(place).filter((name) => /\.(ya?ml|json)$/.test(name));
    if (names.length > 0) return names.sort().map((name) => path.join(place, name));
  } catch (error) {
    throw unreadable(place, error);
  }
  throw new ManifestError(`${place} has no files that end in .yaml, .yml or .json`);
}

function unreadable(file: string, error: unknown): ManifestError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new ManifestError(`Cannot read ${file}: ${code === 'ENOENT' ? 'there is no such file' : message}`);
}

/** The documents of a YAML stream that hold more than comments, each on the lines that it has in the stream. */
function documents(text: string): readonly string[] {
  const found: string[] = [];
  let line = 0;
  for (const document of text.split(/^---(?:[ \t].*)?$/m)) {
    if (document.replace(/#.*$/gm, '').trim() !== '') found.push('\n'.repeat(line) + document);
    line += document.split('\n').length - 1;
  }
  return found;
}

async function decodeManifest(file: string, text: string, resources: readonly ResourceDefinition[]): Promise<Manifest> {
  const body = await bodySource(Buffer.from(text), isJson(text) ? 'application/json' : 'application/yaml', 'an object');
  const resource = resourceOf(file, body.typeMeta, resources);
  try {
    const { object } = decodeBody(body, resource, 'Strict', resources);
    return { file, resource, object: object as New<KubeObject> };
  } catch (error) {
    if (!(error instanceof StrictError)) throw error;
    const { code, reason, message } = error.answer;
    throw new ApiError({
      code,
      reason,
      message: `${file}: ${message}`,
      hints: suggestions(resource.schema, error.problems),
    });
  }
}

/** The text of the one object of a document, or of each item of a List. */
function objectsOf(file: string, text: string): readonly string[] {
  const source = sourceOf(file, text);
  if (!isObject(source)) throw new ManifestError(`${file}: expected an object, with apiVersion and kind`);
  const { apiVersion, kind, items } = source;
  if (apiVersion !== 'v1' || kind !== 'List') return [text];
  if (!Array.isArray(items)) throw new ManifestError(`${file}: expected items in a List`);
  return items.flatMap((item) => objectsOf(file, JSON.stringify(item)));
}

function sourceOf(file: string, text: string): unknown {
  try {
    return plain(isJson(text) ? readJson(text) : readYaml(text).value);
  } catch (error) {
    // Here is a file to name, and nobody wants to see its first bytes: so not in the words of a server.
    if (!(error instanceof JsonSyntaxError || error instanceof YamlError)) throw error;
    throw new ManifestError(`Cannot read ${file}: ${error.message}`);
  }
}

function isJson(text: string): boolean {
  return text.trimStart().startsWith('{');
}

function find(
  resources: readonly ResourceDefinition[],
  apiVersion: string,
  kind: string,
): ResourceDefinition | undefined {
  return resources.find((resource) => resource.kind === kind && apiVersionOf(resource) === apiVersion);
}

function resourceOf(
  file: string,
  { apiVersion, kind }: { readonly apiVersion?: string; readonly kind?: string },
  resources: readonly ResourceDefinition[],
): ResourceDefinition {
  if (apiVersion === undefined || kind === undefined) {
    throw apiErrors.badRequest(
      `${file}: apiVersion and kind must be set, as in "apiVersion: batch/v1" and "kind: Job"`,
    );
  }
  const resource = find(resources, apiVersion, kind);
  if (resource !== undefined) return resource;
  const near =
    resources.find((each) => each.kind === kind) ??
    resources.find(
      (each) =>
        each.kind ===
        closest(
          kind,
          resources.map((r) => r.kind),
        ),
    );
  const hint = near === undefined ? [] : [`did you mean "apiVersion: ${apiVersionOf(near)}" and "kind: ${near.kind}"?`];
  const message = `${file}: no matches for kind "${kind}" in version "${apiVersion}"`;
  throw new ApiError({ code: 404, reason: 'NotFound', message, hints: hint });
}
