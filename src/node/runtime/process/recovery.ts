import { type Clock, sleep } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import type { Containers } from '#node/runtime/process/containers.ts';
import type { Exits } from '#node/runtime/process/exits.ts';
import type { ContainerRecord, Records } from '#node/runtime/process/records.ts';

export interface RecoveryDeps {
  readonly records: Records;
  readonly containers: Containers;
  readonly exits: Exits;
  readonly clock: Clock;
  /** The present boot of the machine. */
  readonly bootId: string;
}

/** What a supervisor gets that was caught between making its claim and writing into it. */
const claimMs: Millis = 1_000;

/** Takes up the containers of an earlier run: those that still run are adopted, exits that happened meanwhile are known. */
export async function recoverContainers(deps: RecoveryDeps): Promise<void> {
  const { records, containers, exits, clock } = deps;
  const late = records.containers().filter((record) => !restore(record, deps));
  if (late.length > 0) await sleep(clock, claimMs);
  for (const record of late) {
    if (restore(record, deps)) continue;
    containers.add(record, clock.now());
    exits.vanish(record.id);
  }
  await exits.checkAll();
}

/** False when its claim is being made this moment. */
function restore(record: ContainerRecord, { records, containers, exits, bootId }: RecoveryDeps): boolean {
  const { id } = record;
  const claim = records.readClaim(id);
  if (claim === 'abandoned' || (claim === undefined && records.abandon(id))) {
    records.removeContainer(id);
    return true;
  }
  if (claim === undefined) return false;
  containers.add(record, claim.at).attached = true;
  exits.adopt(id);
  if (record.bootId !== bootId && records.readExit(id) === undefined) exits.vanish(id);
  else exits.take(id);
  return true;
}
