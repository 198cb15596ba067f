import type { Client } from '#client/client.ts';
import { isNamespaceTerminating, isNotFound } from '#kinds/meta/errors.ts';
import type { KubeObject, New } from '#kinds/meta/object.ts';
import type { OwnerReference } from '#kinds/meta/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod, PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import type { Recorder } from '#reconcile/event-recorder.ts';

/** A pod of `template` for `owner`: labels, annotations and finalizers of the template, its spec, and the owner. */
export function podFromTemplate(template: PodTemplateSpec, namespace: string, owner: OwnerReference): New<Pod> {
  const { labels, annotations, finalizers } = template.metadata;
  return {
    metadata: {
      namespace,
      generateName: `${owner.name}-`,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [owner],
    },
    spec: template.spec,
  };
}

/** Creates and deletes pods in the name of an owner, and tells of it on the owner. */
export class PodControl {
  private readonly client: Client;
  private readonly recorder: Recorder;

  constructor(client: Client, recorder: Recorder) {
    this.client = client;
    this.recorder = recorder;
  }

  /** Throws what the API throws, after an Event about it, unless the namespace is going away, which is no news. */
  async create(owner: KubeObject, pod: New<Pod>): Promise<Pod> {
    try {
      const created = await this.client.create(pods, pod);
      this.recorder.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`);
      return created;
    } catch (error) {
      if (!isNamespaceTerminating(error)) {
        this.recorder.event(owner, 'Warning', 'FailedCreate', `Error creating: ${textOf(error)}`);
      }
      throw error;
    }
  }

  /** Resolves with the pod while it still stands, with undefined when it is gone, also if it was before. */
  async delete(owner: KubeObject, pod: Pod): Promise<Pod | undefined> {
    const { namespace, name, uid } = pod.metadata;
    let left: Pod | undefined;
    try {
      left = await this.client.delete(pods, { namespace, name }, { preconditions: { uid } });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      this.recorder.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${textOf(error)}`);
      throw error;
    }
    this.recorder.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
    return left;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
