/** What config maps and secrets share. */

/** Most bytes in one of them. */
export const dataBytesMax = 1024 * 1024;

export const frozenText = 'field is immutable when `immutable` is set';

/** How many bytes a base64 text stands for. */
export function base64Bytes(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}
