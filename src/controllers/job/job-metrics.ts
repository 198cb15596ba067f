import type { Counter, Histogram, MetricsRegistry } from '#base/metrics.ts';
import type { Millis } from '#base/units.ts';
import type { Assessment } from '#controllers/job/assessment.ts';
import type { EndState } from '#controllers/job/end-state.ts';
import type { Plan } from '#controllers/job/plan.ts';
import { hasEnded, hasTracking } from '#controllers/job/pod-facts.ts';
import type { Verdict } from '#controllers/job/pod-failure-policy.ts';
import { IndexSet } from '#kinds/job/indexes.ts';
import type { Job, JobStatus } from '#kinds/job/schema.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** In seconds: 4 ms, doubled up to a minute. */
const secondsBounds = Array.from({ length: 15 }, (_, power) => 0.004 * 2 ** power);

const actionNames = { 'fail-job': 'FailJob', 'fail-index': 'FailIndex', ignore: 'Ignore', count: 'Count' } as const;

/** What the Job controller tells of its work, under the names that dashboards know (spec: job.md section 10). */
export class JobMetrics {
  private readonly syncSeconds: Histogram;
  private readonly syncs: Counter;
  private readonly ends: Counter;
  private readonly podEnds: Counter;
  private readonly indexEnds: Counter;
  private readonly verdicts: Counter;
  private readonly heldPods: Counter;
  private readonly creations: Counter;
  private readonly elsewhere: Counter;
  private readonly staleSkips: Counter;

  constructor(registry: MetricsRegistry) {
    const counter = (name: string, help: string, labels: readonly string[]): Counter =>
      registry.counter(`job_controller_${name}`, help, labels);
    const sync = ['completion_mode', 'result', 'action'];
    const syncHelp = 'How long it took to look at a Job once and do what was to be done, in seconds.';
    this.syncSeconds = registry.histogram('job_controller_job_sync_duration_seconds', syncHelp, secondsBounds, sync);
    this.syncs = counter('job_syncs_total', 'How often Jobs were looked at.', sync);
    this.ends = counter('jobs_finished_total', 'Jobs that ended.', ['completion_mode', 'result', 'reason']);
    this.podEnds = counter('job_pods_finished_total', 'Pods of Jobs that ended and are counted.', [
      'completion_mode',
      'result',
    ]);
    this.indexEnds = counter('job_finished_indexes_total', 'Indexes of Jobs that ended.', ['status', 'backoffLimit']);
    const verdictHelp = 'Failed pods that a rule of a pod failure policy matched, by what it says.';
    this.verdicts = counter('pod_failures_handled_by_failure_policy_total', verdictHelp, ['action']);
    const heldHelp = 'Ended pods that held the tracking finalizer, as they come (add) and go (delete).';
    this.heldPods = counter('terminated_pods_tracking_finalizer_total', heldHelp, ['event']);
    this.creations = counter('job_pods_creation_total', 'Pods that were made, or could not be.', ['reason', 'status']);
    const elsewhereHelp = 'Jobs that are left to a controller of somebody else.';
    this.elsewhere = counter('jobs_by_external_controller_total', elsewhereHelp, ['controller_name']);
    const staleHelp = 'How often a Job was put off because a cache was older than what was written last.';
    this.staleSkips = counter('stale_sync_skips_total', staleHelp, ['group', 'resource']);
  }

  synced({ spec }: Job, planned: Plan | undefined, failed: boolean, took: Millis): void {
    const labels = [modeOf({ spec }), failed ? 'error' : 'success', actionOf(spec, planned)];
    this.syncs.add(labels);
    this.syncSeconds.observe(labels, took / 1000);
  }

  /** A sync was put off: the cache of that resource lags. */
  putOff(group: string, resource: string): void {
    this.staleSkips.add([group, resource]);
  }

  finished(job: Job, { outcome, reason }: EndState): void {
    this.ends.add([modeOf(job), outcome === 'success' ? 'succeeded' : 'failed', reason]);
  }

  /** A status was written: what it counts more than the one before it has ended. */
  counted(job: Job, before: JobStatus, after: JobStatus): void {
    const mode = modeOf(job);
    let succeeded = (after.succeeded ?? 0) - (before.succeeded ?? 0);
    if (mode === 'Indexed') {
      const size = (indexes: string | undefined): number =>
        IndexSet.parse(indexes ?? '', job.spec.completions ?? 0).size;
      const limit = job.spec.backoffLimitPerIndex === undefined ? 'global' : 'perIndex';
      // Counted by what the Job has now: indexes that were taken away have not come back to life.
      succeeded = size(after.completedIndexes) - size(before.completedIndexes);
      grow(this.indexEnds, ['succeeded', limit], succeeded);
      grow(this.indexEnds, ['failed', limit], size(after.failedIndexes) - size(before.failedIndexes));
    }
    grow(this.podEnds, [mode, 'succeeded'], succeeded);
    grow(this.podEnds, [mode, 'failed'], (after.failed ?? 0) - (before.failed ?? 0));
  }

  judged(verdicts: readonly Verdict[]): void {
    for (const verdict of verdicts) {
      if (verdict.action !== 'count' || verdict.ruled) this.verdicts.add([actionNames[verdict.action]]);
    }
  }

  created({ job, failedTotal, terminating }: Assessment, made: number, refused: number): void {
    const replaced = failedTotal > 0 || terminating.length > 0;
    const again = job.spec.podReplacementPolicy === 'Failed' && failedTotal > 0;
    const reason = again ? 'recreate_failed' : replaced ? 'recreate_terminating_or_failed' : 'new';
    grow(this.creations, [reason, 'succeeded'], made);
    grow(this.creations, [reason, 'failed'], refused);
  }

  /** A Job came that this controller leaves alone. */
  leftTo(controller: string): void {
    this.elsewhere.add([controller]);
  }

  /** The cache shows a pod in place of an older version of it; undefined: it was not, or is no longer, there. */
  podSeen(pod: Pod | undefined, old: Pod | undefined): void {
    const [was, is] = [isHeld(old), isHeld(pod)];
    if (was !== is) this.heldPods.add([is ? 'add' : 'delete']);
  }
}

function isHeld(pod: Pod | undefined): boolean {
  return pod !== undefined && hasEnded(pod) && hasTracking(pod);
}

function modeOf({ spec }: Pick<Job, 'spec'>): string {
  return spec.completionMode ?? 'NonIndexed';
}

/** What a sync did to pods; `planned` is undefined if it did not come so far. */
function actionOf({ suspend }: Job['spec'], planned: Plan | undefined): string {
  if (planned === undefined || !planned.managed) return 'reconciling';
  if (suspend || planned.step.do === 'scale-down') return 'pods_deleted';
  return planned.step.do === 'create' ? 'pods_created' : 'tracking';
}

function grow(counter: Counter, labels: readonly string[], amount: number): void {
  if (amount > 0) counter.add(labels, amount);
}
