import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTokenFile } from '#server/token-file.ts';

test('tokens, users, uids and groups are read from the CSV that upstream reads', () => {
  const users = parseTokenFile(
    'admintoken,admin,admin-uid,"system:masters,deck"\nplain,"kim ""k""",u2\n\n',
    'tokens.csv',
  );
  assert.deepEqual(users.get('admintoken'), { name: 'admin', uid: 'admin-uid', groups: ['system:masters', 'deck'] });
  assert.deepEqual(users.get('plain'), { name: 'kim "k"', uid: 'u2', groups: [] });
  assert.equal(users.size, 2);
});

test('a token given twice belongs to its last line', () => {
  assert.equal(parseTokenFile('t,a,1\nt,b,2', 'x').get('t')?.name, 'b');
});

test('a line without a uid is refused with its number', () => {
  assert.throws(() => parseTokenFile('t,a,1\nt,b', 'tokens.csv'), {
    message:
      "Cannot read token file 'tokens.csv', line 2: it must have at least 3 columns (token, user name, user uid), found 2",
  });
});
