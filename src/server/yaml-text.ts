/** `value` as YAML with sorted keys, as upstream writes it. Texts that a reader of YAML 1.1 or 1.2 could take for something else, such as
 *  times and "yes", stand in quotes. */
export async function yamlText(value: unknown): Promise<string> {
  return (await yamlWriter())(value);
}

/** What writes such text. The library is loaded when first asked for: almost nobody does. */
export async function yamlWriter(): Promise<(value: unknown) => string> {
  const { stringify } = await import('yaml');
  return (value) =>
    stringify(value, {
      version: '1.1',
      compat: 'core',
      sortMapEntries: true,
      lineWidth: 0,
      indentSeq: false,
      aliasDuplicateObjects: false,
    });
}
