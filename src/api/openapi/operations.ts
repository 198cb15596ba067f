import { type Parameter, parameters, pathParameters } from '#api/openapi/parameters.ts';
import type { ResourceDefinition, SubresourceDefinition } from '#kinds/definition.ts';
import { DeleteOptions, Status } from '#kinds/meta/schema.ts';

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** One thing a client can do, in neither version's spelling yet. */
export interface Operation {
  readonly method: 'get' | 'put' | 'post' | 'delete' | 'patch';
  readonly id: string;
  readonly description: string;
  /** `x-kubernetes-action`; tools tell by it what the operation means. */
  readonly action?: string;
  readonly kind?: GroupVersionKind;
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly schema: string; readonly types: readonly string[]; readonly required: boolean };
  /** Definition names by code; "string" for plain text. */
  readonly answers: { readonly [code: string]: string };
}

export interface PathItem {
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly operations: readonly Operation[];
}

/** Every path that a group and version serves, in order (spec: api.md section 3.3). */
export function pathsOf(group: string, version: string, resources: readonly ResourceDefinition[]): readonly PathItem[] {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const names = new Names(group, version);
  const own: PathItem = {
    path: `${root}/`,
    parameters: [],
    operations: [
      {
        method: 'get',
        id: `get${names.prefix}APIResources`,
        description: 'get available resources',
        parameters: [],
        answers: { 200: 'io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList' },
      },
    ],
  };
  const items = [own, ...resources.flatMap((resource) => new ResourcePaths(root, names, resource).all())];
  return items.filter(({ operations }) => operations.length > 0).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** How operations are called: verb, group and version, what of (as generated clients name their methods). */
class Names {
  readonly prefix: string;

  constructor(group: string, version: string) {
    const words = group === '' ? ['core'] : group.replace(/\.k8s\.io$/, '').split('.');
    this.prefix = [...words, version].map(capitalised).join('');
  }

  id(verb: string, scope: string, noun: string, suffix = ''): string {
    return `${verb}${this.prefix}${scope}${noun}${suffix}`;
  }
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export function listDefinition({ schema, kind, custom }: ResourceDefinition): string {
  const place = schema.name.slice(0, schema.name.lastIndexOf('.') + 1);
  return custom === undefined ? `${schema.name}List` : `${place}${custom.listKind ?? `${kind}List`}`;
}

export const watchEventDefinition = 'io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent';
export const patchDefinition = 'io.k8s.apimachinery.pkg.apis.meta.v1.Patch';

const patchTypes = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];

/** By this clients know whether they may send strategic merge patches. */
function patchTypesOf({ custom }: ResourceDefinition): readonly string[] {
  return custom === undefined ? patchTypes : patchTypes.filter((type) => !type.includes('strategic'));
}

class ResourcePaths {
  private readonly root: string;
  private readonly names: Names;
  private readonly resource: ResourceDefinition;
  private readonly scope: string;
  private readonly own: GroupVersionKind;

  constructor(root: string, names: Names, resource: ResourceDefinition) {
    this.root = root;
    this.names = names;
    this.resource = resource;
    this.scope = resource.namespaced ? 'Namespaced' : '';
    const { group, version, kind } = resource;
    this.own = { group, version, kind };
  }

  all(): readonly PathItem[] {
    const { plural, namespaced, subresources } = this.resource;
    const inScope = namespaced ? `namespaces/{namespace}/${plural}` : plural;
    const scoped = namespaced ? [pathParameters.namespace] : [];
    const named = [pathParameters.name(this.resource.kind), ...scoped];
    const everywhere = namespaced ? [this.everywhere(plural)] : [];
    return [
      ...everywhere,
      this.item(inScope, scoped, this.collection()),
      this.item(`${inScope}/{name}`, named, this.single()),
      ...subresources.flatMap((sub) => this.subresourceItems(`${inScope}/{name}/${sub.name}`, named, sub)),
      ...(namespaced ? [this.watchItem(plural, [], this.watchId('ListForAllNamespaces'), 'watchlist')] : []),
      this.watchItem(inScope, scoped, this.watchId('List', this.scope), 'watchlist'),
      this.watchItem(`${inScope}/{name}`, named, this.watchId('', this.scope), 'watch'),
    ];
  }

  private item(path: string, own: readonly Parameter[], operations: readonly Operation[]): PathItem {
    return { path: `${this.root}/${path}`, parameters: [...own, parameters.pretty], operations };
  }

  private everywhere(plural: string): PathItem {
    const id = this.names.id('list', '', this.resource.kind, 'ForAllNamespaces');
    const operations = this.serves('list') ? [this.listOperation(id, [])] : [];
    return { path: `${this.root}/${plural}`, parameters: [...parameters.list, parameters.pretty], operations };
  }

  private watchItem(path: string, own: readonly Parameter[], id: string, action: string): PathItem {
    const description = 'watch changes. deprecated: use the watch parameter with a list operation instead.';
    const answers = { 200: watchEventDefinition };
    const operation: Operation = { method: 'get', id, description, action, kind: this.own, parameters: [], answers };
    return {
      path: `${this.root}/watch/${path}`,
      parameters: [...own, ...parameters.list, parameters.pretty],
      operations: this.serves('watch') ? [operation] : [],
    };
  }

  private watchId(suffix: string, scope = ''): string {
    return this.names.id('watch', scope, this.resource.kind, suffix);
  }

  private serves(verb: string): boolean {
    return (this.resource.verbs as readonly string[]).includes(verb);
  }

  private listOperation(id: string, own: readonly Parameter[]): Operation {
    return {
      method: 'get',
      id,
      description: `list or watch objects of kind ${this.resource.kind}`,
      action: 'list',
      kind: this.own,
      parameters: own,
      answers: { 200: listDefinition(this.resource) },
    };
  }

  private collection(): readonly Operation[] {
    const { kind, schema } = this.resource;
    const operations: readonly Operation[] = [
      this.listOperation(this.names.id('list', this.scope, kind), parameters.list),
      {
        method: 'post',
        id: this.names.id('create', this.scope, kind),
        description: `create ${article(kind)}`,
        action: 'post',
        kind: this.own,
        parameters: parameters.write,
        body: { schema: schema.name, types: ['*/*'], required: true },
        answers: { 200: schema.name, 201: schema.name, 202: schema.name },
      },
      {
        method: 'delete',
        id: this.names.id('delete', `Collection${this.scope}`, kind),
        description: `delete collection of ${kind}`,
        action: 'deletecollection',
        kind: this.own,
        parameters: parameters.deleteCollection,
        body: { schema: DeleteOptions.name, types: ['*/*'], required: false },
        answers: { 200: Status.name },
      },
    ];
    const verbs = ['list', 'create', 'deletecollection'];
    return operations.filter((_operation, index) => this.serves(verbs[index] ?? ''));
  }

  private single(): readonly Operation[] {
    const { kind, schema, rules } = this.resource;
    const id = (verb: string): string => this.names.id(verb, this.scope, kind);
    const deleted = rules.deletionGrace === undefined ? Status.name : schema.name;
    const operations = [
      ...this.readWrite(id, schema.name, this.own, `the specified ${kind}`),
      {
        verb: 'delete',
        method: 'delete' as const,
        id: id('delete'),
        description: `delete ${article(kind)}`,
        action: 'delete',
        kind: this.own,
        parameters: parameters.delete,
        body: { schema: DeleteOptions.name, types: ['*/*'], required: false },
        answers: { 200: deleted, 202: deleted },
      },
    ];
    return operations.filter(({ verb }) => this.serves(verb)).map(({ verb: _verb, ...operation }) => operation);
  }

  /** What is handed on has a path of its own, or none. */
  private subresourceItems(path: string, own: readonly Parameter[], sub: SubresourceDefinition): readonly PathItem[] {
    const plain = this.item(path, own, this.subresource(sub));
    if (sub.proxies !== true) return [plain];
    return [plain, this.item(`${path}/{path}`, [...own, pathParameters.path], this.subresource(sub, 'WithPath'))];
  }

  private subresource(sub: SubresourceDefinition, suffix = ''): readonly Operation[] {
    const { group, version } = this.resource;
    const kind = { group: sub.group ?? group, version: sub.version ?? version, kind: sub.kind };
    const schema = sub.schema?.name ?? this.resource.schema.name;
    const noun = this.resource.kind + sub.name.split('/').map(capitalised).join('') + suffix;
    const id = (verb: string): string => this.names.id(verb, this.scope, noun);
    const what = `${sub.name} of the specified ${this.resource.kind}`;
    if (sub.connects) return this.connections(['get', 'post'], noun, what, kind);
    if (sub.proxies) return this.connections(['get', 'put', 'post', 'delete', 'patch'], noun, what, kind);
    if (sub.name === 'log') return [logOperation(id('read'), what, kind)];
    const create: Operation & { readonly verb: string } = {
      verb: 'create',
      method: 'post',
      id: id('create'),
      description: `create ${what}`,
      action: 'post',
      kind,
      parameters: parameters.write,
      body: { schema, types: ['*/*'], required: true },
      answers: { 200: schema, 201: schema, 202: schema },
    };
    return [...this.readWrite(id, schema, kind, what), create]
      .filter(({ verb }) => sub.verbs.includes(verb))
      .map(({ verb: _verb, ...operation }) => operation);
  }

  /** A stream is opened by a GET, or a POST by older clients; what is handed on may be anything. */
  private connections(
    methods: readonly Operation['method'][],
    noun: string,
    what: string,
    kind: GroupVersionKind,
  ): readonly Operation[] {
    return methods.map((method) => ({
      method,
      id: this.names.id('connect', `${capitalised(method)}${this.scope}`, noun),
      description: `connect ${method.toUpperCase()} requests to ${what}`,
      action: 'connect',
      kind,
      parameters: [],
      answers: { 200: 'string' },
    }));
  }

  private readWrite(
    id: (verb: string) => string,
    schema: string,
    kind: GroupVersionKind,
    what: string,
  ): readonly (Operation & { readonly verb: string })[] {
    const answers = { 200: schema, 201: schema };
    return [
      {
        verb: 'get',
        method: 'get',
        id: id('read'),
        description: `read ${what}`,
        action: 'get',
        kind,
        parameters: [],
        answers: { 200: schema },
      },
      {
        verb: 'update',
        method: 'put',
        id: id('replace'),
        description: `replace ${what}`,
        action: 'put',
        kind,
        parameters: parameters.write,
        body: { schema, types: ['*/*'], required: true },
        answers,
      },
      {
        verb: 'patch',
        method: 'patch',
        id: id('patch'),
        description: `partially update ${what}`,
        action: 'patch',
        kind,
        parameters: parameters.patch,
        body: { schema: patchDefinition, types: patchTypesOf(this.resource), required: true },
        answers,
      },
    ];
  }
}

function logOperation(id: string, what: string, kind: GroupVersionKind): Operation {
  const description = `read ${what}`;
  return {
    method: 'get',
    id,
    description,
    action: 'get',
    kind,
    parameters: parameters.log,
    answers: { 200: 'string' },
  };
}

function article(kind: string): string {
  return /^[AEIOU]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}
