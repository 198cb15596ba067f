import { checkPresent, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import type { ServiceReference, WebhookClientConfig } from '#kinds/webhook-configuration/schema.ts';
import { parseUrl } from '#kinds/webhook-configuration/url.ts';

type Findings = readonly FieldError[];

/** Findings on whom to ask. */
export function validateClientConfig({ url, service }: WebhookClientConfig, field: string): Findings {
  if ((url === undefined) === (service === undefined)) {
    return [fieldError.required(field, 'exactly one of url or service is required')];
  }
  return [
    ...(url === undefined ? [] : validateUrl(url, `${field}.url`)),
    ...(service === undefined ? [] : validateService(service, `${field}.service`)),
  ];
}

const form = '; desired format: https://host[/path]';

function validateUrl(url: string, field: string): Findings {
  const parts = parseUrl(url);
  if (typeof parts === 'string') return [fieldError.required(field, `url must be a valid URL: ${parts}${form}`)];
  const { scheme, host, user, fragment, query } = parts;
  const isHttps = scheme === 'https';
  return [
    ...(isHttps ? [] : [fieldError.invalid(field, scheme, `'https' is the only allowed URL scheme${form}`)]),
    ...(host === '' ? [fieldError.invalid(field, host, `host must be specified${form}`)] : []),
    ...(user === undefined ? [] : [fieldError.invalid(field, user, 'user information is not permitted in the URL')]),
    ...(fragment === '' ? [] : [fieldError.invalid(field, fragment, 'fragments are not permitted in the URL')]),
    ...(query === '' ? [] : [fieldError.invalid(field, query, 'query parameters are not permitted in the URL')]),
  ];
}

const portMax = 65535;

function validateService({ namespace, name, path, port = 0 }: ServiceReference, field: string): Findings {
  const isPort = port >= 1 && port <= portMax;
  return [
    // Upstream takes the one for the other: the field that is shown is not the one that is missing.
    ...checkPresent(`${field}.name`, namespace),
    ...checkPresent(`${field}.namespace`, name),
    ...invalidEach(
      `${field}.port`,
      port,
      isPort ? [] : [`port is not valid: must be between 1 and ${portMax}, inclusive`],
    ),
    ...(path === undefined ? [] : invalidEach(`${field}.path`, path, pathProblems(path))),
  ];
}

function pathProblems(path: string): readonly string[] {
  if (path === '' || path === '/') return [];
  if (path === '//') return ['segment[0] may not be empty'];
  // Upstream looks away from the first character, whatever it is.
  const segments = path.slice(1).replace(/\/$/, '').split('/');
  return [
    ...(path.startsWith('/') ? [] : ["must start with a '/'"]),
    ...segments.flatMap((segment, index) =>
      segment === ''
        ? [`segment[${index}] may not be empty`]
        : subdomainProblems(segment).map((problem) => `segment[${index}]: ${problem}`),
    ),
  ];
}
