import { urlProblem } from '#kinds/cel/url.ts';
import { CelFormat, type CelFunction, CelOptional, noOverload } from '#kinds/cel/values.ts';
import { formatOf } from '#kinds/custom-resource/validate/formats.ts';
import { labelKeyProblems, labelValueProblems } from '#kinds/meta/labels.ts';
import { labelProblems, oldLabelProblems, subdomainProblems } from '#kinds/meta/names.ts';

/** A format of values, with the text that upstream has for what is none. */
function checked(name: string, text: string): CelFormat {
  return new CelFormat((value) => (formatOf(name)?.(value) === true ? [] : [text]));
}

const formats: { readonly [name: string]: CelFormat } = {
  dns1123Label: new CelFormat((text) => labelProblems(text)),
  dns1123Subdomain: new CelFormat((text) => subdomainProblems(text)),
  dns1035Label: new CelFormat(oldLabelProblems),
  dns1123LabelPrefix: new CelFormat((text) => labelProblems(text, true)),
  dns1123SubdomainPrefix: new CelFormat((text) => subdomainProblems(text, true)),
  dns1035LabelPrefix: new CelFormat((text) =>
    oldLabelProblems(text.replace(/..$/s, (end) => (end.endsWith('-') ? 'a' : end))),
  ),
  qualifiedName: new CelFormat(labelKeyProblems),
  labelValue: new CelFormat(labelValueProblems),
  uri: new CelFormat((text) => [urlProblem(text)].filter((problem) => problem !== undefined)),
  uuid: checked('uuid', 'does not match the UUID format'),
  byte: checked('byte', 'invalid base64'),
  date: checked('date', 'invalid date'),
  datetime: checked('date-time', 'invalid datetime'),
};

/** The formats that Kubernetes names, such as `format.dns1123Label()`, and what they say of a text. */
export const formatFunctions: { readonly [name: string]: CelFunction } = {
  ...Object.fromEntries(Object.entries(formats).map(([name, format]) => [`format.${name}`, () => format])),
  'format.named': ([name]) =>
    new CelOptional(typeof name === 'string' && Object.hasOwn(formats, name) ? formats[name] : undefined),
  validate: ([format, text]) => {
    if (!(format instanceof CelFormat) || typeof text !== 'string') throw noOverload();
    const problems = format.problems(text);
    return new CelOptional(problems.length === 0 ? undefined : problems);
  },
};
