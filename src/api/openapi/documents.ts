import { createHash } from 'node:crypto';
import { type ServedVersion, servedGroups } from '#api/discovery/groups.ts';
import { documentV2 } from '#api/openapi/document-v2.ts';
import { pathDocumentV3, versionDocumentV3 } from '#api/openapi/document-v3.ts';
import { protobufV2 } from '#api/openapi/protobuf-v2.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';

export interface OpenApiDocument {
  readonly text: string;
  /** SHA-512 of the text, upper-case hexadecimal: changes exactly when the text does. */
  readonly hash: string;
}

/** How one document is made. */
interface Maker {
  readonly make: () => object;
  /** What it tells of: another document with the same is the same. */
  readonly of: readonly ResourceDefinition[];
}

/** The OpenAPI documents of one set of resources, each made when first asked for and then kept. */
export class OpenApiDocuments {
  private readonly makers: ReadonlyMap<string, Maker>;
  private protobuf: Uint8Array | undefined;
  private readonly made = new Map<string, OpenApiDocument>();

  /** `earlier` are those of the set that was served before: what has not changed since is taken from there. */
  constructor(resources: readonly ResourceDefinition[], release: string, earlier?: OpenApiDocuments) {
    const v2: Maker = { make: () => documentV2(resources, release), of: resources };
    this.makers = new Map([...makersV3(resources, release), ['v2', v2]]);
    for (const [key, document] of earlier?.made ?? []) {
      if (isSame(this.makers.get(key)?.of, earlier?.makers.get(key)?.of)) this.made.set(key, document);
    }
  }

  /** The OpenAPI v2 document of everything. */
  v2(): OpenApiDocument {
    return this.make('v2') as OpenApiDocument;
  }

  /** The same in protobuf. */
  v2Protobuf(): Uint8Array {
    this.protobuf ??= protobufV2(JSON.parse(this.v2().text));
    return this.protobuf;
  }

  /** A v3 document by its key: "api/v1", "apis/batch/v1", "apis", "version". */
  v3(key: string): OpenApiDocument | undefined {
    return key === 'v2' ? undefined : this.make(key);
  }

  /** The body of `/openapi/v3`: where each document is, with its hash, so that clients may keep it for ever. */
  index(): object {
    const keys = [...this.makers.keys()].filter((key) => key !== 'v2').toSorted();
    const address = (key: string): string => `/openapi/v3/${key}?hash=${this.v3(key)?.hash}`;
    return { paths: Object.fromEntries(keys.map((key) => [key, { serverRelativeURL: address(key) }])) };
  }

  private make(key: string): OpenApiDocument | undefined {
    const known = this.made.get(key);
    const maker = this.makers.get(key);
    if (known !== undefined || maker === undefined) return known;
    const text = JSON.stringify(maker.make());
    const document = { text, hash: createHash('sha512').update(text).digest('hex').toUpperCase() };
    this.made.set(key, document);
    return document;
  }
}

function isSame(a: readonly ResourceDefinition[] | undefined, b: readonly ResourceDefinition[] | undefined): boolean {
  return a !== undefined && a.length === b?.length && a.every((resource, index) => resource === b[index]);
}

function makersV3(resources: readonly ResourceDefinition[], release: string): [string, Maker][] {
  const makers: [string, Maker][] = [];
  const plain = (key: string, id: string, description: string): void => {
    makers.push([key, { make: () => pathDocumentV3(`/${key}/`, id, description, release), of: [] }]);
  };
  plain('api', 'getCoreAPIVersions', 'get available API versions');
  plain('apis', 'getAPIVersions', 'get available API versions');
  plain('version', 'getCodeVersion', 'get the version information for this server');
  for (const group of servedGroups(resources)) {
    if (group.name !== '') plain(`apis/${group.name}`, `get${camel(group.name)}APIGroup`, 'get information of a group');
    for (const served of group.versions) {
      makers.push([keyOf(served), { make: () => versionDocument(served, release), of: served.resources }]);
    }
  }
  return makers;
}

function keyOf(served: ServedVersion): string {
  return served.group === '' ? `api/${served.version}` : `apis/${served.group}/${served.version}`;
}

function versionDocument(served: ServedVersion, release: string): object {
  return versionDocumentV3(served.group, served.version, served.resources, release);
}

function camel(group: string): string {
  const words = group.replace(/\.k8s\.io$/, '').split('.');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
