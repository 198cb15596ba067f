import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

/** A path must not climb. */
export function checkNoBacksteps(field: string, path: string): readonly FieldError[] {
  return path.split('/').includes('..') ? [fieldError.invalid(field, path, "must not contain '..'")] : [];
}

/** A path must stay below where it starts. */
export function checkDescendingPath(field: string, path: string): readonly FieldError[] {
  return [
    ...(path.startsWith('/') ? [fieldError.invalid(field, path, 'must be a relative path')] : []),
    ...checkNoBacksteps(field, path),
  ];
}

/** A path must stay below, and leave names that begin with `..` to the node, which keeps its own files under them. */
export function checkUnreservedPath(field: string, path: string): readonly FieldError[] {
  const reserved = path.startsWith('..') && !path.startsWith('../');
  return [
    ...checkDescendingPath(field, path),
    ...(reserved ? [fieldError.invalid(field, path, "must not start with '..'")] : []),
  ];
}

/** Permission bits of a file. */
export function checkFileMode(field: string, mode: number | undefined): readonly FieldError[] {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return [];
  return [fieldError.invalid(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')];
}
