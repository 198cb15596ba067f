import type { User } from '#api/api.ts';

/** Reads upstream's CSV of static tokens: `token,user,uid,"group1,group2"`, the groups optional, one a line.
 *  `source` names the file in errors. A token given twice belongs to its last line. */
export function parseTokenFile(text: string, source: string): ReadonlyMap<string, User> {
  const users = new Map<string, User>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const [token = '', name = '', uid = '', groups = ''] = columns(line);
    if (token === '' || name === '' || columns(line).length < 3) {
      const found = columns(line).length;
      throw new Error(
        `Cannot read token file '${source}', line ${index + 1}: it must have at least 3 columns (token, user name, user uid), found ${found}`,
      );
    }
    const named = groups.split(',').filter((group) => group !== '');
    users.set(token, { name, ...(uid === '' ? {} : { uid }), groups: named });
  }
  return users;
}

/** The fields of one line; a quoted field may hold commas, and quotes written twice. */
function columns(line: string): readonly string[] {
  const fields: string[] = [];
  const pattern = /\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(,|$)/gy;
  for (;;) {
    const match = pattern.exec(line);
    if (match === null) return fields;
    fields.push(match[1] === undefined ? (match[2] ?? '').trim() : match[1].replaceAll('""', '"'));
    if (match[3] === '') return fields;
  }
}
