import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Attributes } from '#api/api.ts';
import type { AuditedRequest } from '#api/audit/auditor.ts';
import { complete } from '#api/decoding.ts';
import { jsonCopy } from '#base/json.ts';
import { apiVersionOf } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Draft } from '#schema/type.ts';
import { readYaml } from '#schema/yaml-text.ts';
import type { Exchange } from '#server/exchange.ts';
import type { RequestInfo } from '#server/request-info.ts';
import type { Route } from '#server/routes.ts';
import { peerSubject } from '#wire/peer.ts';

/** What the audit log is told of a request from the start. */
export function auditedRequest(
  exchange: Exchange,
  info: RequestInfo,
  attributes: Attributes,
  longRunning: boolean,
): AuditedRequest {
  const { auditId, request } = exchange;
  return {
    auditId,
    uri: request.url ?? '',
    verb: attributes.verb,
    target: info.at === 'resource' ? { ...info, name: 'plural' in attributes ? attributes.name : undefined } : info,
    sourceIPs: sourceIPs(exchange),
    userAgent: userAgentOf(exchange),
    longRunning,
  };
}

/** Whom a request says to come from, from its origin to the last proxy. Only the last is known for sure. */
function sourceIPs(exchange: Exchange): readonly string[] {
  const forwarded = (exchange.header('x-forwarded-for') ?? '').split(',').map((address) => address.trim());
  const real = exchange.header('x-real-ip') ?? '';
  const peer = exchange.request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '';
  return [...new Set([...forwarded, real, peer])].filter((address) => isIP(address) !== 0);
}

/** By what means a request that was turned away tried to say whose it is. */
export function attemptedBy(exchange: Exchange): readonly string[] {
  const [scheme = '', ...credentials] = (exchange.header('authorization') ?? '').trim().split(' ');
  const by = (name: string): boolean => credentials.length > 0 && scheme.toLowerCase() === name;
  return [
    ...(by('basic') ? ['basic'] : []),
    ...(by('bearer') ? ['bearer'] : []),
    ...(peerSubject(exchange.request.socket as TLSSocket) === undefined ? [] : ['x509']),
  ];
}

const userAgentMax = 1024;

/** What a client calls itself, within bounds. */
function userAgentOf(exchange: Exchange): string {
  const text = exchange.header('user-agent') ?? '';
  return text.length > userAgentMax ? `${text.slice(0, userAgentMax)}...TRUNCATED` : text;
}

/** A body with the defaults that it will get. */
export function shownBody({ resource, subresource }: Route, body: object): object {
  const copy = jsonCopy(body) as Draft<KubeObject>;
  if (subresource?.schema === undefined) {
    complete(resource, copy);
    return copy;
  }
  const { group = resource.group, version = resource.version, kind } = subresource;
  return Object.assign({ kind, apiVersion: apiVersionOf({ group, version }) }, copy);
}

/** A patch as a JSON value; one that makes no sense as its text. */
export function shownPatch(text: string): unknown {
  for (const read of [JSON.parse, (source: string) => readYaml(source).value]) {
    try {
      return read(text);
    } catch {}
  }
  return text;
}
