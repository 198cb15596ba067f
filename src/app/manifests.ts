import { readFileSync } from 'node:fs';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { apiVersionOf } from '#kinds/definition.ts';
import { ApiError, apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject, New } from '#kinds/meta/object.ts';
import { closest } from '#schema/closest.ts';
import { suggestions } from '#schema/suggest.ts';
import { bodySource } from '#server/body-source.ts';
import { decodeBody, StrictError } from '#server/decode-body.ts';

/** One object of a manifest file, decoded as strictly as kubectl asks for. */
export interface Manifest {
  readonly file: string;
  readonly resource: ResourceDefinition;
  readonly object: New<KubeObject>;
}

/** Reads YAML or JSON files with one or more objects each ("-" is standard input). Throws `ApiError`, in the server's words
 *  and with its advice, for what the API would not take. */
export async function readManifests(
  files: readonly string[],
  resources: readonly ResourceDefinition[],
): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  for (const file of files) manifests.push(...(await manifestsOf(file, readText(file), resources)));
  return manifests;
}

/** The objects in the text of a manifest, as `readManifests`; `file` names it in errors. */
export async function manifestsOf(
  file: string,
  text: string,
  resources: readonly ResourceDefinition[],
): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  for (const document of documents(text)) manifests.push(await decodeManifest(file, document, resources));
  return manifests;
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw apiErrors.badRequest(`Cannot read ${file}: ${(error as Error).message}`);
  }
}

/** The documents of a YAML stream that hold more than comments. */
function documents(text: string): readonly string[] {
  return text.split(/^---(?:[ \t].*)?\r?$/m).filter((document) => document.replace(/#.*$/gm, '').trim() !== '');
}

async function decodeManifest(file: string, text: string, resources: readonly ResourceDefinition[]): Promise<Manifest> {
  const isJson = text.trimStart().startsWith('{');
  const body = await bodySource(Buffer.from(text), isJson ? 'application/json' : 'application/yaml', 'an object');
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
