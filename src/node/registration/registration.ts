import { type Clock, sleep, type Timer } from '#base/clock.ts';
import { withDeadline } from '#base/deadline.ts';
import { jsonEqual } from '#base/json.ts';
import type { Logger } from '#base/log.ts';
import type { RandomStream } from '#base/random.ts';
import type { Millis } from '#base/units.ts';
import type { Client } from '#client/client.ts';
import { leases } from '#kinds/lease/lease.ts';
import type { Lease } from '#kinds/lease/schema.ts';
import { isAlreadyExists, isConflict, isNotFound } from '#kinds/meta/errors.ts';
import { microTimestamp } from '#kinds/meta/time.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Node, NodeStatus } from '#kinds/node/schema.ts';
import { metadataChange, type NodeFacts, newNode, statusOf } from '#node/registration/node-object.ts';

export interface RegistrationDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
  readonly jitter: RandomStream;
  readonly facts: NodeFacts;
  /** How long a Lease of the node lasts; upstream's 40 s unless given. A quarter of that passes between two renewals. */
  readonly leaseSeconds?: number | undefined;
  /** The node has just been made, or was found and taken over. */
  readonly onReady: (node: Node) => void;
  /** Somebody deleted the node; it is not made again, and nothing more is written. Without this, it is. */
  readonly onDeleted?: () => void;
  /** The node as it is now: at the start, and with every heartbeat. */
  readonly onSeen: (node: Node) => void;
}

/** Spec: node-agent.md section 25. */
const leaseSecondsDefault = 40;
const statusMsMin: Millis = 5 * 60_000;
const retryMsMin: Millis = 100;
const retryMsMax: Millis = 7_000;
const leaseNamespace = 'kube-node-lease';

/** Keeps the node's own objects: makes the Node or takes it over, then renews its Lease every 10 s and writes its status when
 *  it changed, or every 5 minutes (both less often with longer leases). A node deleted meanwhile is made again, unless its owner
 *  wants to be told (upstream waits for a restart to do that). */
export class Registration {
  private readonly deps: RegistrationDeps;
  private readonly leaseSeconds: number;
  private readonly statusMs: Millis;
  private readonly abort = new AbortController();
  private timer: Timer | undefined;
  private node: Node | undefined;
  private lease: Lease | undefined;
  private statusDue: Millis = 0;
  /** A node whose status needed no change when it was last compared with the facts, which never change. */
  private fitting: Node | undefined;

  constructor(deps: RegistrationDeps) {
    this.deps = deps;
    this.leaseSeconds = deps.leaseSeconds ?? leaseSecondsDefault;
    this.statusMs = Math.max(statusMsMin, this.leaseSeconds * 1000);
  }

  /** Resolves when the node is there and ready. Tries until it is, or `stop` is called. */
  async start(): Promise<void> {
    for (let delay = retryMsMin; ; delay = Math.min(delay * 2, retryMsMax)) {
      try {
        await this.register();
        break;
      } catch (error) {
        if (this.abort.signal.aborted) throw error;
        this.deps.log.warn('Cannot register the node; trying again', { node: this.deps.facts.name, error });
        await sleep(this.deps.clock, delay, this.abort.signal);
      }
    }
    await this.beat();
  }

  stop(): void {
    this.abort.abort(new Error('The node agent was stopped'));
    this.timer?.cancel();
  }

  private async register(): Promise<void> {
    const { client, clock, facts, jitter } = this.deps;
    const node = await client.create(nodes, newNode(facts, clock.now())).catch(async (error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
      return this.takeOver(await client.get(nodes, { name: facts.name }));
    });
    this.see(node);
    this.lease = undefined;
    this.statusDue = clock.now() + this.statusMs * (0.5 + jitter.next());
    this.deps.onReady(node);
  }

  private see(node: Node): void {
    this.node = node;
    this.deps.onSeen(node);
  }

  private async takeOver(found: Node): Promise<Node> {
    const change = metadataChange(found, this.deps.facts);
    const ref = { name: found.metadata.name };
    const node =
      change === undefined ? found : await this.deps.client.patch(nodes, ref, { type: 'merge', body: change });
    return this.writeStatus(node);
  }

  private async writeStatus(node: Node, signal?: AbortSignal): Promise<Node> {
    const { client, clock, facts } = this.deps;
    const status = statusOf(facts, node.status, clock.now());
    return client.patch(
      nodes,
      { name: node.metadata.name },
      { type: 'strategic', body: { metadata: { uid: node.metadata.uid }, status } },
      { subresource: 'status', ...(signal && { signal }) },
    );
  }

  private get beatMs(): Millis {
    return this.leaseSeconds * 250;
  }

  private async beat(): Promise<void> {
    const { clock, log, jitter } = this.deps;
    try {
      // A connection that died in silence would hold up all later beats.
      await withDeadline(clock, this.beatMs, async (signal) => {
        await this.renewLease(signal);
        await this.refreshStatus(signal);
      });
    } catch (error) {
      if (!this.abort.signal.aborted) log.warn('Cannot renew the heartbeat of the node', { error });
    }
    if (this.abort.signal.aborted) return;
    const delay = this.beatMs * (1 + 0.04 * jitter.next());
    this.timer = clock.after(delay, () => void this.beat(), { background: true });
  }

  /** One PUT of the last lease seen; after any trouble it is read or made anew. */
  private async renewLease(signal: AbortSignal): Promise<void> {
    const { client } = this.deps;
    const lease = this.lease;
    if (lease === undefined) {
      this.lease = await this.makeLease(signal);
      return;
    }
    const spec = { ...lease.spec, ...this.leaseSpec() };
    try {
      this.lease = await client.update(leases, { ...lease, spec }, { signal });
    } catch (error) {
      this.lease = undefined;
      if (!isConflict(error) && !isNotFound(error)) throw error;
      this.lease = await this.makeLease(signal);
    }
  }

  private async makeLease(signal: AbortSignal): Promise<Lease> {
    const { client, facts } = this.deps;
    const { name } = facts;
    const uid = this.node?.metadata.uid ?? '';
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid }];
    const metadata = { namespace: leaseNamespace, name, ownerReferences };
    try {
      return await client.create(leases, { metadata, spec: this.leaseSpec() }, { signal });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const found = await client.get(leases, { namespace: leaseNamespace, name }, { signal });
      const renewed = {
        ...found,
        metadata: { ...found.metadata, ownerReferences },
        spec: { ...found.spec, ...this.leaseSpec() },
      };
      return client.update(leases, renewed, { signal });
    }
  }

  private leaseSpec(): Lease['spec'] {
    const { facts, clock } = this.deps;
    return {
      holderIdentity: facts.name,
      leaseDurationSeconds: this.leaseSeconds,
      renewTime: microTimestamp(clock.now()),
    };
  }

  private async lost(): Promise<void> {
    const { onDeleted } = this.deps;
    if (onDeleted === undefined) return this.register();
    this.stop();
    onDeleted();
  }

  private async refreshStatus(signal: AbortSignal): Promise<void> {
    const { client, clock, facts } = this.deps;
    let node: Node;
    try {
      node = await client.get(nodes, { name: facts.name }, { signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return this.lost();
    }
    this.see(node);
    const now = clock.now();
    if (now < this.statusDue && this.fits(node, now)) return;
    this.statusDue = now + this.statusMs;
    this.see(await this.writeStatus(node, signal));
  }

  private fits(node: Node, now: Millis): boolean {
    // The comparison is dear, and most beats find the very object that the last one found.
    if (this.fitting?.metadata.resourceVersion === node.metadata.resourceVersion) return true;
    const fits = jsonEqual(withoutBeats(statusOf(this.deps.facts, node.status, now)), withoutBeats(node.status));
    if (fits) this.fitting = node;
    return fits;
  }
}

/** A status with nothing in it that changes only because time goes by. */
function withoutBeats(status: NodeStatus): object {
  return {
    ...status,
    conditions: status.conditions?.map(({ lastHeartbeatTime: _beat, ...condition }) => condition),
  };
}
