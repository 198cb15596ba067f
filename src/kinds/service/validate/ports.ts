import { checkOneOf, checkRange, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateQualifiedName } from '#kinds/meta/labels.ts';
import { labelProblems } from '#kinds/meta/names.ts';
import { portNameProblems } from '#kinds/meta/texts.ts';
import type { ServicePort, ServiceSpec } from '#kinds/service/schema.ts';

type Findings = readonly FieldError[];

const portMax = 65535;

/** Findings on what a service offers. */
export function validatePorts(spec: ServiceSpec, field: string): Findings {
  const { ports = [], type, clusterIP } = spec;
  const needed = ports.length === 0 && type !== 'ExternalName' && clusterIP !== 'None';
  const names = new Set<string>();
  return [
    ...(needed ? [fieldError.required(field)] : []),
    ...ports.flatMap((port, index) => validatePort(port, spec, names, `${field}[${index}]`)),
    ...duplicates(ports, field, ({ protocol, port }) => `${protocol}/${port}`),
    ...duplicates(
      ports,
      field,
      ({ protocol, nodePort }) => (nodePort === undefined ? '' : `${protocol}/${nodePort}`),
      'nodePort',
    ),
  ];
}

function validatePort(port: ServicePort, spec: ServiceSpec, names: Set<string>, field: string): Findings {
  const { name = '', protocol, targetPort = 0, nodePort, appProtocol } = port;
  const again = names.has(name);
  names.add(name);
  return [
    ...validateName(name, again, (spec.ports?.length ?? 0) > 1, `${field}.name`),
    ...checkRange(`${field}.port`, port.port, 1, portMax),
    ...checkOneOf(`${field}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']),
    ...(typeof targetPort === 'number'
      ? checkRange(`${field}.targetPort`, targetPort, 1, portMax)
      : invalidEach(`${field}.targetPort`, targetPort, portNameProblems(targetPort))),
    ...(appProtocol === undefined ? [] : validateQualifiedName(appProtocol, `${field}.appProtocol`)),
    ...(nodePort !== undefined && spec.type === 'ClusterIP'
      ? [fieldError.forbidden(`${field}.nodePort`, "may not be used when `type` is 'ClusterIP'")]
      : []),
  ];
}

function validateName(name: string, again: boolean, isNeeded: boolean, field: string): Findings {
  if (name === '') return isNeeded ? [fieldError.required(field)] : [];
  if (again) return [fieldError.duplicate(field, name)];
  return invalidEach(field, name, labelProblems(name));
}

/** Two ports may not stand for the same; an empty key stands for nothing. */
function duplicates(
  ports: readonly ServicePort[],
  field: string,
  keyOf: (port: ServicePort) => string,
  part?: 'nodePort',
): Findings {
  const seen = new Set<string>();
  return ports.flatMap((port, index) => {
    const key = keyOf(port);
    if (key === '') return [];
    const again = seen.has(key);
    seen.add(key);
    if (!again) return [];
    const at = `${field}[${index}]`;
    return [
      part === undefined
        ? fieldError.duplicate(at, shownPort(port))
        : fieldError.duplicate(`${at}.${part}`, port.nodePort),
    ];
  });
}

/** Upstream shows its own structure here, in which the parts that tell ports apart are set and the others are empty. */
function shownPort({ protocol, port }: ServicePort): object {
  return { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
}
