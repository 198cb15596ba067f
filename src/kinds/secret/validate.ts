import { isObject, jsonEqual } from '#base/json.ts';
import { checkImmutable, invalidEach } from '#kinds/meta/checks.ts';
import { base64Bytes, dataBytesMax, frozenText } from '#kinds/meta/data.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { configKeyProblems } from '#kinds/meta/texts.ts';
import type { Secret } from '#kinds/secret/schema.ts';
import { JsonSyntaxError } from '#schema/json-source.ts';
import { parseJson } from '#schema/json-text.ts';

type Findings = readonly FieldError[];

const accountAnnotation = 'kubernetes.io/service-account.name';

/** Findings on a secret (spec: api.md section 6.4). */
export function validateSecret(secret: Secret): Findings {
  const { data = {} } = secret;
  const bytes = Object.values(data).reduce((sum, value) => sum + base64Bytes(value), 0);
  return [
    ...Object.keys(data).flatMap((key) => invalidEach(`data[${key}]`, key, configKeyProblems(key))),
    ...(bytes > dataBytesMax ? [fieldError.tooLong('data', dataBytesMax)] : []),
    ...validateType(secret),
  ];
}

/** Findings on a change: the type stays; one that has been declared immutable stays as it is, for ever. */
export function validateSecretUpdate(secret: Secret, old: Secret): Findings {
  return [
    ...checkImmutable('type', secret.type, old.type),
    ...(old.immutable === true ? validateFrozen(secret, old) : []),
    ...validateSecret(secret),
  ];
}

function validateFrozen(secret: Secret, old: Secret): Findings {
  return [
    ...(secret.immutable === true ? [] : [fieldError.forbidden('immutable', frozenText)]),
    ...(jsonEqual(secret.data, old.data) ? [] : [fieldError.forbidden('data', frozenText)]),
  ];
}

/** A secret of a known type holds what those who read it expect. */
function validateType({ type, data = {}, metadata }: Secret): Findings {
  const missing = (...keys: readonly string[]): Findings =>
    keys.filter((key) => !Object.hasOwn(data, key)).map((key) => fieldError.required(`data[${key}]`));
  switch (type) {
    case 'kubernetes.io/service-account-token':
      if (metadata.annotations?.[accountAnnotation]) return [];
      return [fieldError.required(`metadata.annotations[${accountAnnotation}]`)];
    case 'kubernetes.io/dockercfg':
      return validateJson(data, '.dockercfg');
    case 'kubernetes.io/dockerconfigjson':
      return validateJson(data, '.dockerconfigjson');
    case 'kubernetes.io/basic-auth':
      return Object.hasOwn(data, 'username') || Object.hasOwn(data, 'password') ? [] : missing('username', 'password');
    case 'kubernetes.io/ssh-auth':
      return data['ssh-privatekey'] ? [] : [fieldError.required('data[ssh-privatekey]')];
    case 'kubernetes.io/tls':
      return missing('tls.crt', 'tls.key');
    default:
      return [];
  }
}

function validateJson(data: { readonly [key: string]: string }, key: string): Findings {
  const content = data[key];
  if (content === undefined) return [fieldError.required(`data[${key}]`)];
  try {
    const value = parseJson(Buffer.from(content, 'base64').toString('utf8'));
    if (value === null || isObject(value)) return [];
    const is = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    return [redacted(key, `json: cannot unmarshal ${is} into Go value of type map[string]interface {}`)];
  } catch (error) {
    if (error instanceof JsonSyntaxError) return [redacted(key, error.message)];
    throw error;
  }
}

function redacted(key: string, why: string): FieldError {
  return fieldError.invalid(`data[${key}]`, '<secret contents redacted>', why);
}
