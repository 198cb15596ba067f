import { roundUpToMilli } from '#kinds/meta/quantity.ts';
import { defaultPullPolicy } from '#kinds/pod/image-reference.ts';
import type { Container, EphemeralContainer } from '#kinds/pod/schema/container.ts';
import type { HTTPGetAction, Lifecycle, Probe } from '#kinds/pod/schema/probes.ts';
import type { Draft } from '#schema/type.ts';

/** Fills in what a container leaves out, in pods and in templates alike (spec: api.md section 10.2). */
export function defaultContainer(container: Draft<Container> | Draft<EphemeralContainer>): void {
  container.imagePullPolicy ||= defaultPullPolicy(container.image ?? '');
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  for (const variable of container.env ?? []) {
    if (variable.valueFrom?.fieldRef !== undefined) variable.valueFrom.fieldRef.apiVersion ||= 'v1';
  }
  roundQuantities(container.resources?.limits);
  roundQuantities(container.resources?.requests);
  defaultProbe(container.livenessProbe);
  defaultProbe(container.readinessProbe);
  defaultProbe(container.startupProbe);
  defaultLifecycle(container.lifecycle);
}

/** Canonical quantities that may be finer than thousandths; all others are passed over, as every read comes by here. */
const fine = /[nu]$|e-/;

/** Quantities of resources are kept in thousandths at the finest. */
export function roundQuantities(quantities: { [resource: string]: string } | undefined): void {
  if (quantities === undefined) return;
  for (const [resource, text] of Object.entries(quantities)) {
    if (fine.test(text)) quantities[resource] = roundUpToMilli(text);
  }
}

function defaultProbe(probe: Draft<Probe> | undefined): void {
  if (probe === undefined) return;
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  defaultHttpGet(probe.httpGet);
}

function defaultLifecycle(lifecycle: Draft<Lifecycle> | undefined): void {
  defaultHttpGet(lifecycle?.postStart?.httpGet);
  defaultHttpGet(lifecycle?.preStop?.httpGet);
}

function defaultHttpGet(action: Draft<HTTPGetAction> | undefined): void {
  if (action === undefined) return;
  action.path ||= '/';
  action.scheme ||= 'HTTP';
}
