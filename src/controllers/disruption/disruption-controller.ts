import { jsonEqual } from '#base/json.ts';
import { type BudgetPlan, needsScale, planBudget } from '#controllers/disruption/plan.ts';
import { findScales } from '#controllers/disruption/scales.ts';
import { selectorText } from '#controllers/disruption/selector-text.ts';
import { keyOf } from '#kinds/meta/object.ts';
import { selectorMatches, selectorOf } from '#kinds/meta/selector.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { podDisruptionBudgets } from '#kinds/pod-disruption-budget/pod-disruption-budget.ts';
import type { PodDisruptionBudget } from '#kinds/pod-disruption-budget/schema.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import { EventRecorder } from '#reconcile/event-recorder.ts';
import { ignoreRaces } from '#reconcile/ignored-errors.ts';
import type { Informer } from '#reconcile/informer.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

const workers = 2;
const retry = { msBase: 5, msMax: 60_000 };

/** Keeps count of the pods that disruption budgets protect, so that evictions know how many may go
 *  (spec: api.md section 19.7). */
export function createDisruptionController(deps: ControllerDeps): Controller {
  return new DisruptionController(deps).controller();
}

class DisruptionController {
  private readonly deps: ControllerDeps;
  private readonly budgets: Informer<PodDisruptionBudget>;
  private readonly pods: Informer<Pod>;
  private readonly recorder: EventRecorder;
  private readonly queue: WorkQueue;

  constructor(deps: ControllerDeps) {
    this.deps = deps;
    this.budgets = deps.informers.of(podDisruptionBudgets);
    this.pods = deps.informers.of(pods);
    this.recorder = new EventRecorder({ ...deps, component: 'controllermanager' });
    this.queue = new WorkQueue(deps.clock, retry);
  }

  controller(): Controller {
    return createQueuedController({
      name: 'disruption',
      queue: this.queue,
      reconcile: (key) => this.count(key),
      workers,
      caches: [this.budgets, this.pods],
      log: this.deps.log,
      follow: () => this.follow(),
      release: () => this.recorder.stop(),
    });
  }

  private follow(): readonly (() => void)[] {
    const enqueue = (budget: PodDisruptionBudget): void => this.queue.add(keyOf(budget.metadata));
    return [
      this.budgets.subscribe({ added: enqueue, updated: enqueue }),
      this.pods.subscribe({
        added: (pod) => this.enqueueFor(pod),
        updated: (pod, old) => {
          this.enqueueFor(pod);
          if (jsonEqual(pod.metadata.labels, old.metadata.labels)) return;
          for (const budget of this.budgetsOf(old)) this.queue.add(keyOf(budget.metadata));
        },
        deleted: (pod) => this.enqueueFor(pod),
      }),
    ];
  }

  private tell(budget: PodDisruptionBudget, { failure, unmanaged, overdue }: BudgetPlan): void {
    const { namespace, name } = budget.metadata;
    if (failure !== undefined) {
      const text = `Failed to calculate the number of expected pods: ${failure}`;
      this.recorder.event(budget, 'Warning', 'CalculateExpectedPodCountFailed', text);
    }
    if (unmanaged) this.recorder.event(budget, 'Warning', 'UnmanagedPods', unmanagedText(budget));
    for (const pod of overdue) {
      const text = `Pod was expected by PDB ${namespace}/${name} to be deleted but it wasn't`;
      this.recorder.event(pod, 'Warning', 'NotDeleted', text);
    }
  }

  private enqueueFor(pod: Pod): void {
    const budgets = this.budgetsOf(pod);
    for (const { metadata } of budgets) this.queue.add(keyOf(metadata));
    const [first] = budgets;
    if (first === undefined || budgets.length === 1) return;
    const { namespace, name } = pod.metadata;
    const text = `Pod "${namespace}"/"${name}" matches multiple PodDisruptionBudgets.  Chose "${first.metadata.name}" arbitrarily.`;
    this.recorder.event(pod, 'Warning', 'MultiplePodDisruptionBudgets', text);
  }

  private budgetsOf(pod: Pod): readonly PodDisruptionBudget[] {
    if (this.budgets.size === 0) return [];
    return this.budgets.list(pod.metadata.namespace).filter((budget) => selects(budget, pod));
  }

  private async count(key: string): Promise<ReconcileResult> {
    const { client, clock } = this.deps;
    const budget = this.budgets.get(key);
    if (budget === undefined || budget.metadata.deletionTimestamp !== undefined) return 'done';
    const selected = this.pods.list(budget.metadata.namespace).filter((pod) => selects(budget, pod));
    const scales = needsScale(budget) ? await findScales(client, budget.metadata.namespace, selected) : new Map();
    const plan = planBudget(budget, selected, scales, clock.now());
    if (selected.length === 0) this.recorder.event(budget, 'Normal', 'NoPods', 'No matching pods found');
    this.tell(budget, plan);
    const { status, checkAfter } = plan;
    const result = checkAfter === undefined ? 'done' : { after: checkAfter };
    if (jsonEqual(status, budget.status)) return result;
    await client.update(podDisruptionBudgets, { ...budget, status }, { subresource: 'status' }).catch(ignoreRaces);
    return result;
  }
}

function unmanagedText({ spec }: PodDisruptionBudget): string {
  return (
    `Pods selected by this PodDisruptionBudget (selector: ${selectorText(spec.selector)}) were found to be unmanaged. ` +
    'As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. ' +
    'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.'
  );
}

function selects({ spec }: PodDisruptionBudget, { metadata }: Pod): boolean {
  return selectorMatches(selectorOf(spec.selector), metadata.labels);
}
