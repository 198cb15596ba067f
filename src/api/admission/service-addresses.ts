import type { Clock } from '#base/clock.ts';
import type { RandomStream } from '#base/random.ts';
import type { Millis } from '#base/units.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { keyOf } from '#kinds/meta/object.ts';
import { ipFamily } from '#kinds/meta/texts.ts';
import { hasAddress } from '#kinds/service/defaults.ts';
import { decideFamilies } from '#kinds/service/families.ts';
import { completeAddresses, keepGiven } from '#kinds/service/keep-given.ts';
import { kubernetesService } from '#kinds/service/kubernetes-service.ts';
import type { Service } from '#kinds/service/schema.ts';
import { services } from '#kinds/service/service.ts';
import type { Draft } from '#schema/type.ts';
import type { ObjectStore } from '../object-store.ts';
import type { AdmissionPlugin, AdmissionRequest } from './chain.ts';
import { giveNodePorts, nodePortsOf } from './service-node-ports.ts';

/** 10.96.0.0/12, as on most clusters; the first address is the API server's. */
const network = { text: '10.96.0.0/12', base: 0x0a600000, size: 1 << 20 };
/** How long what was given is held for its service until that is stored. */
const heldMs: Millis = 60_000;

interface Holder {
  readonly service: string;
  readonly until: Millis;
}

/** Gives services their addresses, and the ports of the nodes: each is given once (API fields `spec.clusterIP` and
 *  `spec.ports[].nodePort`). */
export function serviceAddresses(parts: {
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly random: RandomStream;
}): AdmissionPlugin {
  const giver = new Giver(parts.objects, parts.clock, parts.random);
  return {
    name: 'ServiceAddresses',
    handles: ({ group, plural }, subresource, operation) =>
      group === services.group && plural === services.plural && subresource === undefined && operation !== 'DELETE',
    admit: (draft, request) => giver.complete(draft as unknown as Draft<Service>, request),
  };
}

class Giver {
  private readonly objects: ObjectStore;
  private readonly clock: Clock;
  private readonly random: RandomStream;
  private readonly held = new Map<string, Holder>();

  constructor(objects: ObjectStore, clock: Clock, random: RandomStream) {
    this.objects = objects;
    this.clock = clock;
    this.random = random;
  }

  complete(service: Draft<Service>, { old: stored, namespace, name, dryRun }: AdmissionRequest): void {
    const old = stored as Service | undefined;
    if (old !== undefined) keepGiven(service, old);
    completeAddresses(service, old?.spec);
    refuse(service, decideFamilies(service, old?.spec));
    const owner = `${namespace}/${name}`;
    const taken = this.taken(owner);
    const { spec } = service;
    // An address stays while there is one; who wants another is told so by validation.
    const isNew = old === undefined || !hasAddress(old.spec);
    const given = [
      ...(isNew && hasAddress(spec) && spec.clusterIPs?.[0] !== 'None' ? this.giveAddress(service, taken) : []),
      ...giveNodePorts(service, old?.spec, taken, this.random),
    ];
    if (!dryRun) for (const each of given) this.hold(each, owner);
  }

  private giveAddress(service: Draft<Service>, taken: ReadonlySet<string>): readonly string[] {
    const { spec } = service;
    const [asked] = spec.clusterIPs ?? [];
    if (asked === undefined) {
      const given = this.free(taken);
      spec.clusterIP = given;
      spec.clusterIPs = [given];
      return [given];
    }
    const check = (why: string): void => {
      const text = `failed to allocate IP ${asked}: ${why}`;
      refuse(service, [fieldError.invalid('spec.clusterIPs', spec.clusterIPs, text)]);
    };
    if (!isInNetwork(asked)) {
      check(`the provided IP (${asked}) is not in the valid range. The range of valid IPs is ${network.text}`);
    }
    if (taken.has(asked)) check('provided IP is already allocated');
    return [asked];
  }

  private free(taken: ReadonlySet<string>): string {
    for (let tries = 0; tries < 10_000; tries++) {
      const candidate = addressAt(1 + this.random.int(network.size - 2));
      if (!taken.has(candidate)) return candidate;
    }
    throw apiErrors.internal('failed to allocate a serviceIP: nearly all are taken; delete some services');
  }

  private hold(what: string, service: string): void {
    this.held.set(what, { service, until: this.clock.now() + heldMs });
  }

  /** What other services have, or were given just now. */
  private taken(owner: string): ReadonlySet<string> {
    const taken = new Set<string>(owner === keyOf(kubernetesService) ? [] : [kubernetesService.clusterIP]);
    for (const { metadata, spec } of this.objects.all(services)) {
      if (`${metadata.namespace}/${metadata.name}` === owner) continue;
      for (const ip of spec.clusterIPs ?? []) taken.add(ip);
      for (const nodePort of nodePortsOf(spec)) taken.add(String(nodePort));
    }
    const now = this.clock.now();
    for (const [what, { service, until }] of this.held) {
      if (until <= now) this.held.delete(what);
      else if (service !== owner) taken.add(what);
    }
    return taken;
  }
}

function refuse({ metadata }: Draft<Service>, findings: readonly FieldError[]): void {
  if (findings.length > 0) throw apiErrors.invalid(services, metadata.name ?? '', findings);
}

function addressAt(offset: number): string {
  const address = network.base + offset;
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

function isInNetwork(ip: string): boolean {
  if (ipFamily(ip) !== 4) return false;
  const value = ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return value > network.base && value < network.base + network.size - 1;
}
