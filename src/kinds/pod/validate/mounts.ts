import { checkOneOf, checkPresent } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { Container, VolumeMount } from '#kinds/pod/schema/container.ts';
import type { Volume } from '#kinds/pod/schema/volumes.ts';
import { checkDescendingPath } from '#kinds/pod/validate/paths.ts';

type Findings = readonly FieldError[];
type Volumes = ReadonlyMap<string, Volume>;

/** Findings on what a container mounts. `volumes` are the good ones of its pod. */
export function validateMounts(container: Container, volumes: Volumes, field: string): Findings {
  const seen = new Set<string>();
  const devices = new Map((container.volumeDevices ?? []).map(({ name, devicePath }) => [name, devicePath]));
  return (container.volumeMounts ?? []).flatMap((mount, index) => {
    const at = `${field}[${index}]`;
    const again = seen.has(mount.mountPath);
    seen.add(mount.mountPath);
    return [
      ...checkPresent(`${at}.name`, mount.name),
      ...(volumes.has(mount.name) ? [] : [fieldError.notFound(`${at}.name`, mount.name)]),
      ...checkPresent(`${at}.mountPath`, mount.mountPath),
      ...(again ? [fieldError.invalid(`${at}.mountPath`, mount.mountPath, 'must be unique')] : []),
      ...validateAgainstDevices(devices, mount, at),
      ...validateSubPaths(mount, at, field),
      ...validatePropagation(container, mount, `${field}.mountPropagation`),
      ...validateRecursive(mount, `${field}.recursiveReadOnly`),
    ];
  });
}

/** `devices` are paths by name; of several devices of one name the last counts. */
function validateAgainstDevices(devices: ReadonlyMap<string, string>, mount: VolumeMount, field: string): Findings {
  const { name, mountPath } = mount;
  const pathText = 'must not already exist as a path in volumeDevices';
  return [
    ...(devices.has(name)
      ? [fieldError.invalid(`${field}.name`, name, 'must not already exist in volumeDevices')]
      : []),
    ...([...devices.values()].includes(mountPath)
      ? [fieldError.invalid(`${field}.mountPath`, mountPath, pathText)]
      : []),
  ];
}

/** Paths below the volume are reported at the list, as upstream does. */
function validateSubPaths({ subPath = '', subPathExpr = '' }: VolumeMount, at: string, field: string): Findings {
  const text = 'subPathExpr and subPath are mutually exclusive';
  return [
    ...(subPath === '' ? [] : checkDescendingPath(`${field}.subPath`, subPath)),
    ...(subPath !== '' && subPathExpr !== '' ? [fieldError.invalid(`${at}.subPathExpr`, subPathExpr, text)] : []),
    ...(subPathExpr === '' ? [] : checkDescendingPath(`${field}.subPathExpr`, subPathExpr)),
  ];
}

function validatePropagation(container: Container, { mountPropagation }: VolumeMount, field: string): Findings {
  const supported = checkOneOf(field, mountPropagation, ['Bidirectional', 'HostToContainer', 'None']);
  if (mountPropagation !== 'Bidirectional' || container.securityContext?.privileged === true) return supported;
  return [fieldError.forbidden(field, 'Bidirectional mount propagation is available only to privileged containers')];
}

function validateRecursive(mount: VolumeMount, field: string): Findings {
  const { recursiveReadOnly, readOnly, mountPropagation = 'None' } = mount;
  const supported = checkOneOf(field, recursiveReadOnly, ['Disabled', 'Enabled', 'IfPossible']);
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled' || supported.length > 0) return supported;
  return [
    ...(readOnly === true ? [] : [fieldError.forbidden(field, 'may only be specified when readOnly is true')]),
    ...(mountPropagation === 'None'
      ? []
      : [fieldError.forbidden(field, 'may only be specified when mountPropagation is None or not specified')]),
  ];
}

/** Findings on block devices that a container is given. */
export function validateDevices(container: Container, volumes: Volumes, field: string): Findings {
  const names = new Set<string>();
  const paths = new Set<string>();
  const mounts = new Map((container.volumeMounts ?? []).map(({ name, mountPath }) => [name, mountPath]));
  return (container.volumeDevices ?? []).flatMap(({ name, devicePath }, index) => {
    const at = `${field}[${index}]`;
    const climbs = devicePath.split('/').includes('..');
    const errors = [
      ...checkPresent(`${at}.name`, name),
      ...(names.has(name) ? [fieldError.invalid(`${at}.name`, name, 'must be unique')] : []),
      ...validateDeviceSource(name, volumes.get(name), `${at}.name`),
      ...checkPresent(`${at}.devicePath`, devicePath),
      ...(paths.has(devicePath) ? [fieldError.invalid(`${at}.devicePath`, devicePath, 'must be unique')] : []),
      ...(climbs ? [fieldError.invalid(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')")] : []),
      ...validateAgainstMounts(mounts, name, devicePath, at),
    ];
    if (!climbs) paths.add(devicePath);
    if (name !== '') names.add(name);
    return errors;
  });
}

function validateDeviceSource(name: string, volume: Volume | undefined, field: string): Findings {
  if (volume === undefined) return [fieldError.notFound(field, name)];
  if (volume.persistentVolumeClaim !== undefined || volume.ephemeral !== undefined) return [];
  const text = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
  return [fieldError.invalid(field, name, text)];
}

function validateAgainstMounts(
  mounts: ReadonlyMap<string, string>,
  name: string,
  path: string,
  field: string,
): Findings {
  const pathText = 'must not already exist as a path in volumeMounts';
  return [
    ...(mounts.has(name) ? [fieldError.invalid(`${field}.name`, name, 'must not already exist in volumeMounts')] : []),
    ...([...mounts.values()].includes(path) ? [fieldError.invalid(`${field}.devicePath`, path, pathText)] : []),
  ];
}
