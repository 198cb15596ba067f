/** One block of PEM (RFC 7468). */
export interface PemBlock {
  /** What stands after BEGIN, such as "CERTIFICATE". */
  readonly type: string;
  /** Whether lines such as "Proc-Type: 4,ENCRYPTED" stand before its content. */
  readonly hasHeaders: boolean;
  readonly der: Buffer;
}

const beginPattern = /^-----BEGIN ([^-]*)-----[ \t]*$/;
const endPattern = /^-----END ([^-]*)-----[ \t]*$/;

/** The blocks of a text in their order. What stands between them is passed over, as are blocks that do not end or whose content is
 *  not base64. Takes time in proportion to the text. */
export function pemBlocks(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  let open: { readonly type: string; readonly lines: string[] } | undefined;
  for (const line of text.split(/\r?\n/)) {
    const begun = beginPattern.exec(line)?.[1];
    if (begun !== undefined) {
      open = { type: begun, lines: [] };
      continue;
    }
    if (open === undefined) continue;
    const ended = endPattern.exec(line)?.[1];
    if (ended === undefined) {
      open.lines.push(line);
      continue;
    }
    const block = ended === open.type ? blockOf(open.type, open.lines) : undefined;
    if (block !== undefined) blocks.push(block);
    open = undefined;
  }
  return blocks;
}

function blockOf(type: string, lines: readonly string[]): PemBlock | undefined {
  const start = lines.findIndex((line) => !line.includes(':'));
  const content = lines.slice(Math.max(start, 0)).join('').replace(/\s/g, '');
  if (content.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(content)) return undefined;
  return { type, hasHeaders: start !== 0 && lines.length > 0, der: Buffer.from(content, 'base64') };
}
