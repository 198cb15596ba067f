import type { RandomStream } from '#base/random.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { fieldError } from '#kinds/meta/field-error.ts';
import { hasNodePorts, needsHealthCheck, usesNodePorts } from '#kinds/service/defaults.ts';
import type { Service, ServicePort, ServiceSpec } from '#kinds/service/schema.ts';
import { services } from '#kinds/service/service.ts';
import type { Draft } from '#schema/type.ts';

const range = { min: 30000, max: 32767 };

/** All ports of the nodes that a service has, for whatever purpose. */
export function nodePortsOf(spec: ServiceSpec): readonly number[] {
  const all = [...(spec.ports ?? []).map(({ nodePort }) => nodePort), spec.healthCheckNodePort];
  return all.flatMap((port) => (port ? [port] : []));
}

/** Gives a service the ports of the nodes that it needs and has not. Returns those that are new; throws where one cannot be had.
 *  `taken` has those of other services among other texts. */
export function giveNodePorts(
  service: Draft<Service>,
  old: ServiceSpec | undefined,
  taken: ReadonlySet<string>,
  random: RandomStream,
): readonly string[] {
  const giver = new PortGiver(service, taken, random);
  if (hasNodePorts(service.spec)) {
    if (old === undefined) giver.giveNew();
    else giver.giveMore(new Set(nodePortsOf(old)));
  }
  if (needsHealthCheck(service.spec) && (old === undefined || !needsHealthCheck(old))) giver.giveHealthCheck();
  return giver.given;
}

class PortGiver {
  readonly given: string[] = [];
  private readonly service: Draft<Service>;
  private readonly taken: Set<string>;
  private readonly random: RandomStream;

  constructor(service: Draft<Service>, taken: ReadonlySet<string>, random: RandomStream) {
    this.service = service;
    this.taken = new Set(taken);
    this.random = random;
  }

  /** Those that differ by their protocols alone share what one of them asks for, or gets. */
  giveNew(): void {
    const shared = new Map<number, number>();
    this.eachPort((port, index, ports) => {
      const known = shared.get(port.port);
      const asked = known ?? ports.find((each) => each.port === port.port && each.nodePort)?.nodePort;
      if (known === undefined && asked) this.take(asked, index);
      else if (known !== undefined && port.nodePort && port.nodePort !== known) this.take(port.nodePort, index);
      if (known !== undefined) port.nodePort ||= known;
      else port.nodePort = asked || this.draw();
      if (known === undefined) shared.set(port.port, port.nodePort);
    });
  }

  giveMore(had: ReadonlySet<number>): void {
    const own = new Set(had);
    for (const port of had) this.taken.add(String(port));
    this.eachPort((port, index) => {
      if (!port.nodePort) port.nodePort = this.draw();
      else if (!own.has(port.nodePort)) this.take(port.nodePort, index);
      own.add(port.nodePort);
    });
  }

  giveHealthCheck(): void {
    const { spec } = this.service;
    const { healthCheckNodePort } = spec;
    const why = healthCheckNodePort ? this.problem(healthCheckNodePort) : undefined;
    if (why !== undefined) {
      throw apiErrors.internal(`failed to allocate requested HealthCheck NodePort ${healthCheckNodePort}: ${why}`);
    }
    if (healthCheckNodePort) this.hold(healthCheckNodePort);
    else spec.healthCheckNodePort = this.draw();
  }

  /** Every port that has one of the nodes, or gets one. */
  private eachPort(
    give: (port: Draft<ServicePort>, index: number, ports: readonly Draft<ServicePort>[]) => void,
  ): void {
    const { ports = [] } = this.service.spec;
    for (const [index, port] of ports.entries()) {
      if (port.nodePort || usesNodePorts(this.service.spec)) give(port, index, ports);
    }
  }

  private take(port: number, index: number): void {
    const why = this.problem(port);
    if (why === undefined) {
      this.hold(port);
      return;
    }
    const finding = fieldError.invalid(`spec.ports[${index}].nodePort`, port, why);
    throw apiErrors.invalid(services, this.service.metadata.name ?? '', [finding]);
  }

  private problem(port: number): string | undefined {
    const { min, max } = range;
    if (port < min || port > max) {
      return `provided port is not in the valid range. The range of valid ports is ${min}-${max}`;
    }
    return this.taken.has(String(port)) ? 'provided port is already allocated' : undefined;
  }

  private hold(port: number): void {
    this.taken.add(String(port));
    this.given.push(String(port));
  }

  private draw(): number {
    for (let tries = 0; tries < 10_000; tries++) {
      const port = range.min + this.random.int(range.max - range.min + 1);
      if (this.taken.has(String(port))) continue;
      this.hold(port);
      return port;
    }
    throw apiErrors.internal('failed to allocate a nodePort: nearly all are taken; delete some services');
  }
}
