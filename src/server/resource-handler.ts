import type { Api, RequestContext, Target, WriteRequest } from '#api/api.ts';
import { shownList } from '#api/audit/shown-list.ts';
import type { TableOptions } from '#api/tables.ts';
import type { Clock } from '#base/clock.ts';
import type { RandomStream } from '#base/random.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import { type ApiError, apiErrors } from '#kinds/meta/errors.ts';
import { customScaleTable, scaleTable } from '#kinds/scale/table.ts';
import { suggestions } from '#schema/suggest.ts';
import { answerList, answerObject, checkSingleView, tableOptions } from '#server/answer-object.ts';
import { shownBody, shownPatch } from '#server/audited-request.ts';
import { bodySource } from '#server/body-source.ts';
import { decodeBody, type Expected, StrictError } from '#server/decode-body.ts';
import { decodeCustomBody } from '#server/decode-custom.ts';
import { deleteOptions } from '#server/delete-options.ts';
import type { EventEncoding } from '#server/event-encoding.ts';
import { eventLines } from '#server/event-lines.ts';
import type { Exchange } from '#server/exchange.ts';
import { FlushQueue } from '#server/flush-queue.ts';
import { listOptions, watchOptions } from '#server/list-options.ts';
import { checkStream, type Format, negotiate, notAcceptable, wholeObject } from '#server/negotiate.ts';
import { patchType } from '#server/patch-body.ts';
import { answerLog } from '#server/pod-log.ts';
import { openStream, type PodStream } from '#server/pod-stream.ts';
import { answerProxied } from '#server/proxy.ts';
import { readBody } from '#server/read-body.ts';
import { flag, proxiedPath, type ResourceInfo } from '#server/request-info.ts';
import type { Route } from '#server/routes.ts';
import { WatchBacklog } from '#server/watch-backlog.ts';
import { answerOutput, webSocketOutput } from '#server/watch-output.ts';
import { type WatchesShare, WatchResponse } from '#server/watch-response.ts';
import { patchOptions, writeOptions } from '#server/write-options.ts';

/** A watch without a time of its own ends after 30 to 60 minutes, not all at once (spec: api.md section 1.4). */
const watchSecondsMin = 1800;

export interface ResourceHandlerDeps {
  readonly api: Api;
  readonly clock: Clock;
  readonly random: RandomStream;
}

/** One request for a resource, after it was allowed: decodes, asks the API, answers. */
export interface ResourceCall {
  readonly exchange: Exchange;
  readonly context: RequestContext;
  readonly route: Route;
  readonly info: ResourceInfo;
}

interface AnswerForm {
  readonly format: Format;
  readonly table: TableOptions;
}

/** The verbs over HTTP. `watches` lets the server end all watches when it stops. */
export class ResourceHandler {
  readonly watches = new Set<WatchResponse>();
  /** Streams into pods that are open. */
  readonly streams = new Set<PodStream>();
  private readonly watchesShare: WatchesShare = { backlog: new WatchBacklog(), queue: new FlushQueue() };
  private readonly deps: ResourceHandlerDeps;

  constructor(deps: ResourceHandlerDeps) {
    this.deps = deps;
  }

  async handle(call: ResourceCall): Promise<void> {
    const { deprecation } = call.route.resource;
    if (deprecation !== undefined) call.exchange.warnings.add(deprecation);
    if (call.route.subresource?.connects) return this.connect(call);
    if (call.route.subresource?.proxies) return this.proxy(call);
    switch (call.route.verb) {
      case 'watch':
        return this.watch(call);
      case 'get':
        return this.get(call);
      case 'list':
        return this.list(call);
      case 'create':
        return this.create(call);
      case 'update':
        return this.update(call);
      case 'patch':
        return this.patch(call);
      case 'delete':
        return this.delete(call);
      case 'deletecollection':
        return this.deleteCollection(call);
      default:
        throw apiErrors.methodNotAllowed();
    }
  }

  private async get({ exchange, context, route, info }: ResourceCall): Promise<void> {
    const { resource, subresource } = route;
    const isLog = subresource?.name === 'log' && resource.plural === 'pods' && resource.group === '';
    if (isLog) return answerLog(exchange, context, targetOf(route, info), this.deps);
    const form = this.formOf({ exchange, route });
    if (flag(exchange.query, 'export')) {
      throw apiErrors.badRequest('the export parameter, deprecated since v1.14, is no longer supported');
    }
    const resourceVersion = exchange.query.get('resourceVersion') ?? '';
    const options = resourceVersion === '' ? {} : { resourceVersion };
    const object = await this.deps.api.get(context, targetOf(route, info), options);
    return this.answer(exchange, 200, object, form);
  }

  private async connect({ exchange, context, route, info }: ResourceCall): Promise<void> {
    const { api, clock } = this.deps;
    const stream = await openStream(exchange, context, targetOf(route, info), { api, clock });
    this.streams.add(stream);
    exchange.signal.addEventListener('abort', () => this.streams.delete(stream), { once: true });
  }

  private async proxy({ exchange, context, route, info }: ResourceCall): Promise<void> {
    const path = proxiedPath(exchange.path, info);
    const stream = await answerProxied(exchange, context, targetOf(route, info), path, this.deps);
    if (stream === undefined) return;
    this.streams.add(stream);
    exchange.signal.addEventListener('abort', () => this.streams.delete(stream), { once: true });
  }

  private async list({ exchange, context, route, info }: ResourceCall): Promise<void> {
    const format = formatOf(exchange, route);
    const table = tableOptions(exchange, route.resource, format.view, this.deps.clock);
    const target = targetOf(route, info);
    const list = await this.deps.api.list(context, target, listOptions(exchange.query, target.namespace));
    exchange.audit?.answered(list, () => shownList(route.resource, list));
    return answerList(exchange, list, format, table);
  }

  private async watch({ exchange, context, route, info }: ResourceCall): Promise<void> {
    const format = formatOf(exchange, route);
    checkStream(format);
    const table = tableOptions(exchange, route.resource, format.view, this.deps.clock);
    const target = targetOf(route, info);
    const asked = watchOptions(exchange.query, target.namespace, info.watchPrefix ? info.name : undefined);
    const { timeoutSeconds: wanted = 0 } = asked;
    // No watch is for ever, whatever its client says; a time that is over at once ends it at once.
    const timeoutSeconds = wanted !== 0 ? wanted : watchSecondsMin + this.deps.random.int(watchSecondsMin);
    const encoding = await eventEncoding(format, route.resource, table);
    const response = new WatchResponse(exchange, encoding, this.watchesShare);
    const handle = await this.deps.api.watch(context, target, { ...asked, timeoutSeconds }, response);
    this.watches.add(response);
    exchange.signal.addEventListener('abort', () => this.watches.delete(response), { once: true });
    if (exchange.closed) this.watches.delete(response);
    response.follow(handle);
    const { upgrade } = exchange;
    const isSocket = upgrade?.to === 'websocket';
    response.start(isSocket ? await webSocketOutput(exchange, upgrade, encoding) : answerOutput(exchange, encoding));
  }

  private async create(call: ResourceCall): Promise<void> {
    const { exchange, context, route, info } = call;
    const form = this.writeFormOf(call);
    const { body, request } = await this.decode(call, writeOptions(exchange.query, 'CreateOptions'));
    const made = await this.deps.api.create(context, targetOf(route, info), body, request);
    return this.answer(exchange, 201, made, form);
  }

  private async update(call: ResourceCall): Promise<void> {
    const { exchange, context, route, info } = call;
    const form = this.writeFormOf(call);
    const { body, request } = await this.decode(call, writeOptions(exchange.query, 'UpdateOptions'));
    const { object, created } = await this.deps.api.update(context, targetOf(route, info), body, request);
    return this.answer(exchange, created ? 201 : 200, object, form);
  }

  private async patch(call: ResourceCall): Promise<void> {
    const { exchange, context, route, info } = call;
    const form = this.writeFormOf(call);
    const type = patchType(exchange.header('content-type'), route.resource);
    const text = (await readBody(exchange.request)).toString('utf8');
    exchange.audit?.requested(text, () => shownPatch(text));
    const request = { ...patchOptions(exchange.query, type), type, patch: { text } };
    const { object, created } = await this.deps.api.patch(context, targetOf(route, info), request);
    return this.answer(exchange, created ? 201 : 200, object, form);
  }

  private async delete({ exchange, context, route, info }: ResourceCall): Promise<void> {
    const { format, table } = this.formOf({ exchange, route });
    // Most deletes answer a Status, which has this one form; it is too late to refuse another.
    const answered = format.view.as === 'PartialObjectMetadataList' ? wholeObject(format) : format;
    const bytes = await readBody(exchange.request);
    const options = await deleteOptions(bytes, exchange.header('content-type'), exchange.query);
    if (bytes.length > 0) exchange.audit?.requested(options);
    const { answer, gone } = await this.deps.api.delete(context, targetOf(route, info), options);
    const code = !gone && options.orphanDependents === false ? 202 : 200;
    return this.answer(exchange, code, answer, { format: answered, table });
  }

  private async deleteCollection({ exchange, context, route, info }: ResourceCall): Promise<void> {
    const format = formatOf(exchange, route);
    const table = tableOptions(exchange, route.resource, format.view, this.deps.clock);
    const target = targetOf(route, info);
    const bytes = await readBody(exchange.request);
    const options = await deleteOptions(bytes, exchange.header('content-type'), exchange.query);
    if (bytes.length > 0) exchange.audit?.requested(options);
    const selected = listOptions(exchange.query, target.namespace);
    const list = await this.deps.api.deleteCollection(context, target, selected, options);
    exchange.audit?.answered(list, () => shownList(route.resource, list));
    return answerList(exchange, list, format, table);
  }

  private answer(exchange: Exchange, code: number, object: object, { format, table }: AnswerForm): Promise<void> {
    exchange.audit?.answered(object);
    return answerObject(exchange, code, object, format, table);
  }

  /** How the answer is to look. */
  private formOf({ exchange, route }: Pick<ResourceCall, 'exchange' | 'route'>): AnswerForm {
    const format = formatOf(exchange, route);
    return { format, table: tableOptions(exchange, shownAs(route), format.view, this.deps.clock) };
  }

  /** As `formOf`, for a write: a form that cannot be had is refused before anything is written. */
  private writeFormOf(call: ResourceCall): AnswerForm {
    const form = this.formOf(call);
    const { resource, subresource } = call.route;
    // What takes another kind than its resource's answers a Status or that kind as it is.
    if (subresource?.schema === undefined) {
      checkSingleView(form.format.view, { kind: resource.kind, apiVersion: apiVersionOf(resource) });
    }
    return form;
  }

  /** The body as an object, and what is wanted of its writing, by the query and the body. */
  private async decode(
    { exchange, route }: ResourceCall,
    request: WriteRequest,
  ): Promise<{ readonly body: object; readonly request: WriteRequest }> {
    const expected = expectedBody(route);
    const { resource, subresource } = route;
    const isCustom = resource.custom !== undefined && subresource?.schema === undefined;
    const bytes = await readBody(exchange.request);
    const body = await bodySource(bytes, exchange.header('content-type'), expected.kind, !isCustom);
    try {
      const { fieldValidation } = request;
      const { object, problems } = isCustom
        ? decodeCustomBody(body, bytes, resource, fieldValidation)
        : decodeBody(body, expected, fieldValidation, this.deps.api.served.resources);
      for (const { text } of problems) exchange.warnings.add(text);
      exchange.audit?.requested(object, () => shownBody(route, object));
      return { body: object, request: body.forgetsManagers ? { ...request, managedFields: [] } : request };
    } catch (error) {
      if (!(error instanceof StrictError)) throw error;
      throw withAdvice(error, expected, exchange);
    }
  }
}

/** Our own help goes to people alone: programs compare answers. */
function withAdvice(error: StrictError, expected: Expected, exchange: Exchange): ApiError {
  if (exchange.forPeople) for (const text of suggestions(expected.schema, error.problems)) exchange.warnings.add(text);
  return error.answer;
}

function formatOf(exchange: Exchange, { resource, subresource }: Route): Format {
  const isCustom = resource.custom !== undefined;
  // Tables are of what can be listed, its status and its scale.
  const listed = subresource === undefined || subresource.name === 'status' || subresource.name === 'scale';
  const hasTables = listed && resource.verbs.includes('list');
  const format = negotiate(exchange.header('accept'), { isCustom, hasTables });
  if (format === undefined) throw notAcceptable(exchange.header('accept'), isCustom);
  return format;
}

/** That of protobuf is loaded when somebody first asks for it. */
async function eventEncoding(
  format: Format,
  resource: ResourceDefinition,
  table: TableOptions,
): Promise<EventEncoding> {
  if (format.encoding !== 'protobuf') return eventLines(format, resource, table);
  const { eventFrames } = await import('#server/event-frames.ts');
  return eventFrames(format, resource);
}

/** What tables are made of: a scale looks alike whatever it is the scale of. */
function shownAs({ resource, subresource }: Route): ResourceDefinition {
  if (subresource?.name !== 'scale') return resource;
  return { ...resource, table: resource.custom === undefined ? scaleTable : customScaleTable };
}

function targetOf(route: Route, info: ResourceInfo): Target {
  const { resource, subresource } = route;
  return {
    resource,
    namespace: resource.namespaced ? info.namespace : undefined,
    name: info.name,
    subresource: subresource?.name,
  };
}

/** What a create or update must bring: the resource's own kind, or the subresource's. */
function expectedBody({ resource, subresource }: Route): Expected {
  const { group, version, kind, schema } = resource;
  if (subresource === undefined) return { group, version, kind, schema };
  return {
    group: subresource.group ?? group,
    version: subresource.version ?? version,
    ...(subresource.olderVersions === undefined ? {} : { olderVersions: subresource.olderVersions }),
    kind: subresource.kind,
    schema: subresource.schema ?? schema,
  };
}
