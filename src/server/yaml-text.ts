/** `value` as YAML with sorted keys, as upstream writes it. The library is loaded when first asked for: almost nobody does. */
export async function yamlText(value: unknown): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(value, { sortMapEntries: true, lineWidth: 0, indentSeq: false, aliasDuplicateObjects: false });
}
