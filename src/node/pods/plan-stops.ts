import type { Millis } from '#base/units.ts';
import { isSidecar } from '#kinds/pod/resources.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { HealthOf } from '#node/pods/health.ts';
import type { Ending } from '#node/pods/memory.ts';
import { mayRestart } from '#node/pods/restart.ts';
import type { Container as RuntimeContainer } from '#node/runtime/runtime.ts';

export interface StopOrder {
  readonly id: string;
  readonly container: string;
  readonly grace: Millis;
  /** For users; what is usual unless given. */
  readonly message?: string;
  /** The pod asks for another image than it was started from. */
  readonly outdated?: true;
}

/** What is to stop now, and whose turn comes later, though its preStop hook begins. */
export interface StopPlan {
  readonly stops: readonly StopOrder[];
  readonly preparations: readonly StopOrder[];
}

/** The runtime gets at least so long between the stop signal and the kill (spec: node-agent.md section 12.3, step 5). */
export const graceMsMin: Millis = 2_000;

/** The whole pod ends: regular containers stop together; then the sidecars one by one, the last started first, within what is
 *  left of the grace (spec: node-agent.md section 9, "Pod completion with sidecars"). */
export function planStops(pod: Pod, running: readonly RuntimeContainer[], ending: Ending, now: Millis): StopPlan {
  const inits = pod.spec.initContainers ?? [];
  const sidecars = inits.filter(isSidecar).map(({ name }) => name);
  const main = running.filter(({ name }) => !sidecars.includes(name));
  const turn =
    main.length > 0
      ? main
      : running.toSorted((a, b) => sidecars.indexOf(b.name) - sidecars.indexOf(a.name)).slice(0, 1);
  const left = ending.since + ending.grace - now;
  const order = ({ id, name }: RuntimeContainer, grace: Millis): StopOrder => ({
    id,
    container: name,
    grace: Math.max(graceMsMin, grace),
  });
  return {
    stops: turn.map((container) => order(container, main.length > 0 ? ending.grace : left)),
    preparations: running.filter((container) => !turn.includes(container)).map((container) => order(container, left)),
  };
}

/** The pod goes on, but some of its containers have failed their probes or hooks (spec: node-agent.md section 10), or are to run
 *  another image: those are restarted whatever the policy says. */
export function planKills(pod: Pod, running: readonly RuntimeContainer[], health: HealthOf): readonly StopOrder[] {
  const { containers, initContainers = [], terminationGracePeriodSeconds = 30 } = pod.spec;
  return running.flatMap(({ id, name, image }) => {
    const isInit = initContainers.some((one) => one.name === name);
    const container = [...initContainers, ...containers].find((one) => one.name === name);
    if (container !== undefined && (!isInit || isSidecar(container)) && image !== (container.image ?? image)) {
      const grace = Math.max(graceMsMin, terminationGracePeriodSeconds * 1000);
      const message = `${isInit ? 'Init container' : 'Container'} ${name} definition changed${isInit ? '' : ', will be restarted'}`;
      return [{ id, container: name, grace, message, outdated: true }];
    }
    const condemned = health.get(id)?.condemned;
    if (condemned === undefined) return [];
    const again = mayRestart(container?.restartPolicy ?? pod.spec.restartPolicy) ? ', will be restarted' : '';
    const grace = Math.max(graceMsMin, condemned.grace ?? terminationGracePeriodSeconds * 1000);
    return [{ id, container: name, grace, message: `${condemned.message}${again}` }];
  });
}
