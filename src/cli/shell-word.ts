/** The text as one word that can be pasted into a shell: as it stands where that is safe, in quotes otherwise. */
export function shellWord(text: string): string {
  return /^[\w./:@%+,~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
