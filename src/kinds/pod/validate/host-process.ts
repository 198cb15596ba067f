import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { SecurityContext } from '#kinds/pod/schema/security.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';

type Findings = readonly FieldError[];

/** Findings on containers that are to be processes of a Windows host: all of a pod's are, on the host's network, or none. */
export function validateHostProcess(spec: PodSpec, field: string): Findings {
  const ofPod = hostProcess(spec.securityContext);
  const { initContainers, containers, ephemeralContainers } = spec;
  const placed = Object.entries({ initContainers, containers, ephemeralContainers }).flatMap(([list, members = []]) =>
    members.map(({ securityContext }, index) => ({
      own: hostProcess(securityContext),
      at: `${field}.${list}[${index}].securityContext.windowsOptions.hostProcess`,
    })),
  );
  const text = `pod hostProcess value must be identical if both are specified, was ${ofPod}`;
  const count = placed.filter(({ own }) => own ?? ofPod ?? false).length;
  return [
    ...placed
      .filter(({ own }) => ofPod !== undefined && own !== undefined && own !== ofPod)
      .map(({ own, at }) => fieldError.invalid(at, own, text)),
    ...(count > 0 && count < placed.length ? [fieldError.invalid(field, '', mixedText)] : []),
    ...(count > 0 && spec.hostNetwork !== true ? [fieldError.invalid(`${field}.hostNetwork`, false, networkText)] : []),
  ];
}

const mixedText = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
const networkText = 'hostNetwork must be true if pod contains any hostProcess containers';

function hostProcess(context: Pick<SecurityContext, 'windowsOptions'> | undefined): boolean | undefined {
  return context?.windowsOptions?.hostProcess;
}
