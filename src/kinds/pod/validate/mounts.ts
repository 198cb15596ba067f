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
  return (container.volumeMounts ?? []).flatMap((mount, index) => {
    const at = `${field}[${index}]`;
    const again = seen.has(mount.mountPath);
    seen.add(mount.mountPath);
    return [
      ...checkPresent(`${at}.name`, mount.name),
      ...(volumes.has(mount.name) ? [] : [fieldError.notFound(`${at}.name`, mount.name)]),
      ...checkPresent(`${at}.mountPath`, mount.mountPath),
      ...(again ? [fieldError.invalid(`${at}.mountPath`, mount.mountPath, 'must be unique')] : []),
      ...validateAgainstDevices(container, mount, at),
      ...validateSubPaths(mount, volumes.get(mount.name)?.image !== undefined, at, field),
      ...validatePropagation(container, mount, `${field}.mountPropagation`),
      ...validateRecursive(mount, `${field}.recursiveReadOnly`),
    ];
  });
}

function validateAgainstDevices(container: Container, mount: VolumeMount, field: string): Findings {
  const devices = container.volumeDevices ?? [];
  const errors: FieldError[] = [];
  if (devices.some((device) => device.name === mount.name)) {
    errors.push(fieldError.invalid(`${field}.name`, mount.name, 'must not already exist in volumeDevices'));
  }
  if (devices.some((device) => device.devicePath === mount.mountPath)) {
    const text = 'must not already exist as a path in volumeDevices';
    errors.push(fieldError.invalid(`${field}.mountPath`, mount.mountPath, text));
  }
  return errors;
}

/** Paths below the volume are reported at the list, as upstream does. */
function validateSubPaths(mount: VolumeMount, ofImage: boolean, at: string, field: string): Findings {
  const { subPath = '', subPathExpr = '' } = mount;
  const errors: FieldError[] = [];
  for (const name of ['subPath', 'subPathExpr'] as const) {
    const value = mount[name];
    if (ofImage && value)
      errors.push(fieldError.invalid(`${at}.${name}`, value, 'not allowed in image volume sources'));
  }
  if (subPath !== '') errors.push(...checkDescendingPath(`${field}.subPath`, subPath));
  if (subPathExpr === '') return errors;
  if (subPath !== '') {
    errors.push(fieldError.invalid(`${at}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
  }
  return [...errors, ...checkDescendingPath(`${field}.subPathExpr`, subPathExpr)];
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
      ...validateAgainstMounts(container, name, devicePath, at),
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

function validateAgainstMounts(container: Container, name: string, path: string, field: string): Findings {
  const mounts = container.volumeMounts ?? [];
  const errors: FieldError[] = [];
  if (mounts.some((mount) => mount.name === name)) {
    errors.push(fieldError.invalid(`${field}.name`, name, 'must not already exist in volumeMounts'));
  }
  if (mounts.some((mount) => mount.mountPath === path)) {
    errors.push(fieldError.invalid(`${field}.devicePath`, path, 'must not already exist as a path in volumeMounts'));
  }
  return errors;
}
