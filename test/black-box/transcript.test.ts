import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { matchesTranscript, parseTranscript } from './transcript.ts';

describe('a transcript', () => {
  test('is read as promises with commands, their further lines and what they print', () => {
    const text = `Words before.

## one
$ kubectl apply -f - <<EOF
> kind: Job
>
> EOF
job created
v32| deleted
v32|
v35| deleted from default

## two
$ eventually kubectl get jobs
> 1
`;
    assert.deepEqual(parseTranscript(text, 'v32'), [
      {
        title: 'one',
        steps: [
          {
            command: 'kubectl apply -f - <<EOF\nkind: Job\n\nEOF',
            expected: ['job created', 'deleted', '', ''],
            eventually: false,
            line: 4,
          },
        ],
      },
      { title: 'two', steps: [{ command: 'kubectl get jobs\n1', expected: [''], eventually: true, line: 14 }] },
    ]);
  });

  test('matches what differs by placeholders, and columns of any width', () => {
    assert.ok(matchesTranscript('NAME    AGE\npi-x1   5m2s\n', ['NAME  AGE', 'pi-<id>   <age>']));
    assert.ok(matchesTranscript('uid: 0f3e9c1a-aaaa-bbbb-cccc-0123456789ab', ['uid: <uid>']));
    assert.ok(!matchesTranscript('NAME    AGE\npi-X1   5m2s\n', ['NAME  AGE', 'pi-<id>   <age>']));
    assert.ok(!matchesTranscript('a b', ['a  b']));
    assert.ok(!matchesTranscript('  a', ['a']), 'an indentation counts');
    assert.ok(!matchesTranscript('a.b', ['a<none>']));
    assert.ok(!matchesTranscript('axb', ['a.b']), 'a dot is a dot');
    assert.ok(matchesTranscript('one', ['one']), 'no placeholder without its brackets');
  });

  test('lets "..." stand for any lines, and nothing else be missing or too many', () => {
    assert.ok(matchesTranscript('a\nb\nc\nd\n', ['a', '...', 'd']));
    assert.ok(matchesTranscript('a\nd\n', ['a', '...', 'd']));
    assert.ok(!matchesTranscript('a\nb\n', ['a', '...', 'd']));
    assert.ok(!matchesTranscript('a\nb\n', ['a']));
    assert.ok(!matchesTranscript('', ['a']));
    assert.ok(matchesTranscript('\n', []));
  });

  test('puts variables in place', () => {
    assert.ok(matchesTranscript('node/node-1 cordoned', ['node/$NODE cordoned'], { NODE: 'node-1' }));
  });
});
