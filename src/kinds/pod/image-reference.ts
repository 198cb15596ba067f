const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const host = '(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])';
const domain = `(?:${host}(?:\\.${host})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const tag = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const referenceRegExp = new RegExp(`^(?:${domain}/)?${component}(?:/${component})*(?::(${tag}))?(?:@(${digest}))?$`);

/** When the node fetches an image whose container does not say: `Always` for the tag "latest", written or meant;
 *  `IfNotPresent` for other tags, digests and texts that are no image reference (spec: api.md section 10.2). */
export function defaultPullPolicy(image: string): 'Always' | 'IfNotPresent' {
  const match = referenceRegExp.exec(image);
  if (match === null) return 'IfNotPresent';
  const [, imageTag, imageDigest] = match;
  return (imageTag ?? (imageDigest === undefined ? 'latest' : '')) === 'latest' ? 'Always' : 'IfNotPresent';
}
