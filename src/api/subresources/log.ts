import type { LogOptions, NodeDirectory } from '#client/node-port.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { LogRequest, Target } from '../api.ts';
import type { ApiCore } from '../core.ts';
import { readObject } from '../read.ts';
import { chooseContainer } from './choose-container.ts';

/** Opens a container's log on the node that has it; undefined while the pod has no node (spec: api.md section 19.3). */
export async function openLog(
  core: ApiCore,
  nodes: NodeDirectory,
  target: Target & { readonly name: string },
  request: LogRequest,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const errors = validateRequest(request);
  if (errors.length > 0) throw apiErrors.invalid({ group: '', kind: 'PodLogOptions' }, target.name, errors);
  const pod = (await readObject(core.objects, target, undefined)) as Pod;
  const container = chooseContainer(pod, request.container ?? '');
  const nodeName = pod.spec.nodeName ?? '';
  if (nodeName === '') return undefined;
  const node = nodes(nodeName);
  if (node === undefined) {
    throw apiErrors.internal(`Cannot read the log of pod ${pod.metadata.name}: nobody answers for node ${nodeName}`);
  }
  return node.logs(pod, container, logOptions(request, core.clock.now()), signal);
}

const streams = ['All', 'Stdout', 'Stderr'] as const;

function validateRequest(request: LogRequest): readonly FieldError[] {
  const { sinceSeconds, sinceTime, tailLines, limitBytes, stream = 'All' } = request;
  const errors: FieldError[] = [];
  if (sinceSeconds !== undefined && sinceTime !== undefined) {
    errors.push(fieldError.forbidden('', 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  } else if (sinceSeconds !== undefined && sinceSeconds < 1) {
    errors.push(fieldError.invalid('sinceSeconds', sinceSeconds, 'must be greater than 0'));
  }
  if (tailLines !== undefined && tailLines < 0) {
    errors.push(fieldError.invalid('tailLines', tailLines, 'must be greater than or equal to 0'));
  }
  if (limitBytes !== undefined && limitBytes < 1) {
    errors.push(fieldError.invalid('limitBytes', limitBytes, 'must be greater than 0'));
  }
  if (!isStream(stream)) errors.push(fieldError.notSupported('stream', stream, streams));
  else if (stream !== 'All' && tailLines !== undefined) {
    errors.push(fieldError.forbidden('', '`tailLines` and specific `stream` are mutually exclusive for now'));
  }
  return errors;
}

function isStream(text: string): text is LogOptions['stream'] {
  return (streams as readonly string[]).includes(text);
}

function logOptions(request: LogRequest, now: number): LogOptions {
  const { follow = false, previous = false, timestamps = false, stream = 'All' } = request;
  const { tailLines, limitBytes, sinceSeconds, sinceTime } = request;
  const since = sinceTime === undefined ? sinceSeconds && now - sinceSeconds * 1000 : Date.parse(sinceTime);
  return {
    follow,
    previous,
    timestamps,
    stream: isStream(stream) ? stream : 'All',
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(since === undefined ? {} : { since }),
  };
}
