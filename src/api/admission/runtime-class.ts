import { apiErrors } from '#kinds/meta/errors.ts';
import type { StringMap } from '#kinds/meta/labels.ts';
import { compareQuantities } from '#kinds/meta/quantity.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { ResourceList } from '#kinds/pod/resources.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { runtimeClasses } from '#kinds/runtime-class/runtime-class.ts';
import type { RuntimeClass, Scheduling } from '#kinds/runtime-class/schema.ts';
import type { ObjectStore } from '../object-store.ts';
import type { AdmissionPlugin } from './chain.ts';
import { mergeTolerations } from './merge-tolerations.ts';
import { asPod, createsPod, type PodDraft } from './pods.ts';

type Refuse = (why: string) => never;

/** Gives pods what their runtime class says: the overhead, and the nodes that have it (spec: api.md section 18). */
export function runtimeClass(objects: ObjectStore): AdmissionPlugin {
  return {
    name: 'RuntimeClass',
    handles: createsPod,
    admit: (draft, { name }) => {
      const pod = asPod(draft);
      const refuse: Refuse = (why) => {
        throw apiErrors.forbidden(pods, name, why);
      };
      const chosen = classOf(objects, pod, refuse);
      setOverhead(pod, chosen, refuse);
      if (chosen?.scheduling !== undefined) setScheduling(pod, chosen.scheduling, refuse);
    },
    validate: (object, { name }) => {
      const { spec } = object as Pod;
      if (spec.overhead === undefined) return;
      const chosen = objects.peek(runtimeClasses, undefined, spec.runtimeClassName ?? '');
      if (chosen?.overhead !== undefined) return;
      const why = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead';
      throw apiErrors.forbidden(pods, name, why);
    },
  };
}

function classOf(objects: ObjectStore, { spec }: PodDraft, refuse: Refuse): RuntimeClass | undefined {
  const name = spec.runtimeClassName;
  if (name === undefined) return undefined;
  return (
    objects.peek(runtimeClasses, undefined, name) ??
    refuse(`pod rejected: RuntimeClass ${JSON.stringify(name)} not found`)
  );
}

/** Only the class says what the overhead is; a pod may repeat it. */
function setOverhead({ spec }: PodDraft, chosen: RuntimeClass | undefined, refuse: Refuse): void {
  if (chosen?.overhead === undefined) return;
  const { podFixed = {} } = chosen.overhead;
  if (spec.overhead !== undefined && !sameAmounts(spec.overhead, podFixed)) {
    refuse("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
  }
  if (Object.keys(podFixed).length > 0) spec.overhead = { ...podFixed };
}

function sameAmounts(a: ResourceList, b: ResourceList): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const [one, other] = [a[name], b[name]];
    return one !== undefined && other !== undefined && compareQuantities(one, other) === 0;
  });
}

function setScheduling({ spec }: PodDraft, scheduling: Scheduling, refuse: Refuse): void {
  const { nodeSelector, tolerations } = scheduling;
  if (nodeSelector !== undefined) {
    const own: StringMap = spec.nodeSelector ?? {};
    const clash = Object.keys(nodeSelector).find((key) => own[key] !== undefined && own[key] !== nodeSelector[key]);
    if (clash !== undefined) {
      refuse(
        `conflict: runtimeClass.scheduling.nodeSelector[${clash}] = ${nodeSelector[clash]}; ` +
          `pod.spec.nodeSelector[${clash}] = ${own[clash]}`,
      );
    }
    spec.nodeSelector = { ...own, ...nodeSelector };
  }
  const merged = mergeTolerations(spec.tolerations ?? [], tolerations ?? []);
  if (merged.length > 0) spec.tolerations = merged.map((one) => ({ ...one }));
}
