import { jsonEqual } from '#base/json.ts';
import type { ConfigMap } from '#kinds/config-map/schema.ts';
import { invalidEach } from '#kinds/meta/checks.ts';
import { base64Bytes, dataBytesMax, frozenText } from '#kinds/meta/data.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { configKeyProblems } from '#kinds/meta/texts.ts';

type Findings = readonly FieldError[];

/** Findings on a config map (spec: api.md section 6.4). */
export function validateConfigMap({ data = {}, binaryData = {} }: ConfigMap): Findings {
  const texts = Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  const bytes = Object.values(binaryData).reduce((sum, value) => sum + base64Bytes(value), texts);
  return [
    ...Object.keys(data).flatMap((key) => [
      ...invalidEach(`data[${key}]`, key, configKeyProblems(key)),
      ...(Object.hasOwn(binaryData, key)
        ? [fieldError.invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')]
        : []),
    ]),
    ...Object.keys(binaryData).flatMap((key) => invalidEach(`binaryData[${key}]`, key, configKeyProblems(key))),
    // The finding is about the object as a whole; upstream shows its empty path so.
    ...(bytes > dataBytesMax ? [fieldError.tooLong('[]', dataBytesMax)] : []),
  ];
}

/** Findings on a change: one that has been declared immutable stays as it is, for ever. */
export function validateConfigMapUpdate(configMap: ConfigMap, old: ConfigMap): Findings {
  return [...(old.immutable === true ? validateFrozen(configMap, old) : []), ...validateConfigMap(configMap)];
}

function validateFrozen(configMap: ConfigMap, old: ConfigMap): Findings {
  const changed = (['data', 'binaryData'] as const).filter((name) => !jsonEqual(configMap[name], old[name]));
  return [
    ...(configMap.immutable === true ? [] : [fieldError.forbidden('immutable', frozenText)]),
    ...changed.map((name) => fieldError.forbidden(name, frozenText)),
  ];
}
