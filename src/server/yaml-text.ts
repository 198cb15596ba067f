/** `value` as YAML with sorted keys, as upstream writes it. Texts that a reader of YAML 1.1 or 1.2 could take for something else, such as
 *  times and "yes", stand in quotes. */
export async function yamlText(value: unknown): Promise<string> {
  return (await yamlWriter())(value);
}

/** What writes such text. The library is loaded when first asked for: almost nobody does. */
export async function yamlWriter(): Promise<(value: unknown) => string> {
  const { Document, visit } = await import('yaml');
  return (value) => {
    const document = new Document(value, null, {
      version: '1.1',
      compat: 'core',
      // Writes << bare, whatever is said of it below.
      customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || tag.tag !== 'tag:yaml.org,2002:merge'),
      sortMapEntries: true,
      aliasDuplicateObjects: false,
    });
    visit(document, {
      // A reader of YAML 1.1 merges what such a key holds.
      Scalar: (_, scalar) => {
        if (scalar.value === '<<') scalar.type = 'QUOTE_DOUBLE';
      },
    });
    return document.toString({ lineWidth: 0, indentSeq: false });
  };
}
