import { checkRange, checkRequiredOneOf, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateQualifiedName } from '#kinds/meta/labels.ts';
import { labelProblems } from '#kinds/meta/names.ts';
import { portNameProblems } from '#kinds/meta/texts.ts';
import type { ServicePort, ServiceSpec } from '#kinds/service/schema.ts';

type Findings = readonly FieldError[];

const portMax = 65535;

/** Findings on each port that a service offers. */
export function validateServicePorts({ ports = [] }: ServiceSpec, field: string): Findings {
  const names = ports.map(({ name = '' }) => name);
  return ports.flatMap((port, index) => [
    ...validateName(names, index, `${field}[${index}].name`),
    ...validatePort(port, `${field}[${index}]`),
  ]);
}

/** Findings on whether its ports go together, and with its type. */
export function validatePortsMatch({ ports = [], type }: ServiceSpec, field: string): Findings {
  const text = "may not be used when `type` is 'ClusterIP'";
  const onNodes = (each: ServicePort): string => (each.nodePort ? `${each.protocol}/${each.nodePort}` : '');
  const outside =
    type === 'ClusterIP' ? ports.map((port, index) => ({ port, index })).filter((each) => each.port.nodePort) : [];
  return [
    ...outside.map(({ index }) => fieldError.forbidden(`${field}[${index}].nodePort`, text)),
    ...repeated(ports, onNodes).map(({ port, index }) =>
      fieldError.duplicate(`${field}[${index}].nodePort`, port.nodePort),
    ),
    ...repeated(ports, ({ protocol, port }) => `${protocol}/${port}`).map(({ port, index }) =>
      fieldError.duplicate(`${field}[${index}]`, shownPort(port)),
    ),
  ];
}

function validatePort({ port, protocol, targetPort = 0, appProtocol }: ServicePort, field: string): Findings {
  return [
    ...checkRange(`${field}.port`, port, 1, portMax),
    ...checkRequiredOneOf(`${field}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']),
    ...(typeof targetPort === 'number'
      ? checkRange(`${field}.targetPort`, targetPort, 1, portMax)
      : invalidEach(`${field}.targetPort`, targetPort, portNameProblems(targetPort))),
    ...(appProtocol === undefined ? [] : validateQualifiedName(appProtocol, `${field}.appProtocol`)),
  ];
}

/** Several ports are told apart by their names. */
function validateName(names: readonly string[], index: number, field: string): Findings {
  const { [index]: name = '' } = names;
  if (name === '') return names.length > 1 ? [fieldError.required(field)] : [];
  return [
    ...invalidEach(field, name, labelProblems(name)),
    ...(names.indexOf(name) < index ? [fieldError.duplicate(field, name)] : []),
  ];
}

/** The ports that stand for the same as an earlier one; an empty key stands for nothing. */
function repeated(
  ports: readonly ServicePort[],
  keyOf: (port: ServicePort) => string,
): readonly { readonly port: ServicePort; readonly index: number }[] {
  const keys = ports.map(keyOf);
  return ports
    .map((port, index) => ({ port, index }))
    .filter(({ index }) => keys[index] !== '' && keys.indexOf(keys[index] ?? '') < index);
}

/** Upstream shows its own structure here, in which the parts that tell ports apart are set and the others are empty. */
function shownPort({ protocol, port }: ServicePort): object {
  return { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 };
}
