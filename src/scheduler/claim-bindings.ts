import type { Clock, Timer } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import type { Client } from '#client/client.ts';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import { claimsOfPod } from '#kinds/pod/claims.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ClaimChoice, StorageView } from '#placement/pod-claims.ts';
import { boundVolume, isFullyBound, selectedNode } from '#placement/volumes.ts';

/** A pod that has its node and waits for its claims. */
interface Expected {
  readonly pod: Pod;
  readonly node: string;
  readonly timer: Timer;
  readonly done: (problem: Error | undefined) => void;
}

/** How long the claims of a pod may take, as upstream has it. */
const bindMsMax: Millis = 600_000;

/** Gets the claims of a pod bound before the pod is: says to which volume, or on which node one is to be made, and waits for the
 *  news. */
export class ClaimBindings {
  private readonly client: Client;
  private readonly clock: Clock;
  private readonly view: StorageView;
  private readonly expected = new Map<string, Expected>();

  constructor(client: Client, clock: Clock, view: StorageView) {
    this.client = client;
    this.clock = clock;
    this.view = view;
  }

  /** Writes down what was chosen. Throws what the API answers. */
  async choose(choices: readonly ClaimChoice[], node: string): Promise<void> {
    for (const { claim, volume } of choices) {
      if (volume !== undefined) {
        const wanted = boundVolume(volume, claim);
        if (wanted !== volume) await this.client.update(persistentVolumes, wanted);
        continue;
      }
      if (claim.metadata.annotations?.[selectedNode] === node) continue;
      const { namespace, name, uid } = claim.metadata;
      const body = { metadata: { uid, annotations: { [selectedNode]: node } } };
      await this.client.patch(persistentVolumeClaims, { namespace, name }, { type: 'merge', body });
    }
  }

  /** Calls `done` once the claims of the pod are bound, or with what went wrong; never for a pod that was forgotten. */
  expect(key: string, pod: Pod, node: string, done: Expected['done']): void {
    const late = (): void => this.end(key, new Error('binding volumes: context deadline exceeded'));
    const timer = this.clock.after(bindMsMax, late, { background: true });
    this.expected.set(key, { pod, node, timer, done });
    this.look();
  }

  forget(key: string): void {
    this.expected.get(key)?.timer.cancel();
    this.expected.delete(key);
  }

  /** There is news of claims or volumes. */
  look(): void {
    for (const [key, { pod, node }] of [...this.expected]) {
      const claims = claimsOfPod(pod).map((name) => this.view.claim(pod.metadata.namespace, name));
      if (claims.every((claim) => claim !== undefined && isFullyBound(claim))) {
        this.end(key, undefined);
        continue;
      }
      for (const claim of claims) {
        if (claim === undefined) this.end(key, new Error('binding volumes: a claim is gone'));
        else if ((claim.metadata.annotations?.[selectedNode] ?? node) !== node) {
          const { name } = claim.metadata;
          this.end(key, new Error(`binding volumes: another node was selected for PVC ${JSON.stringify(name)}`));
        }
      }
    }
  }

  stop(): void {
    for (const key of [...this.expected.keys()]) this.forget(key);
  }

  private end(key: string, problem: Error | undefined): void {
    const expected = this.expected.get(key);
    if (expected === undefined) return;
    this.forget(key);
    expected.done(problem);
  }
}
