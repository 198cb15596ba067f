import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Frame, FrameReader } from './frame-reader.ts';
import { SpdyError } from './spdy-error.ts';
import { control, data, numbers, ping, reset } from './test-client.ts';

/** Bytes, and what they mean. */
type Sample = readonly [Buffer, string];

const id = fc.integer({ min: 1, max: 0x7fff_ffff });
const bytes = fc.uint8Array({ maxLength: 40 });
const sample: fc.Arbitrary<Sample> = fc.oneof(
  fc
    .tuple(id, bytes, fc.boolean())
    .map(([stream, said, last]): Sample => [data(stream, said, last), `data ${stream} ${hex(said)} ${last}`]),
  id.map((stream): Sample => [reset(stream), `reset ${stream}`]),
  id.map((number): Sample => [ping(number), `ping ${number}`]),
  fc
    .tuple(id, bytes)
    .map(
      ([stream, block]): Sample => [
        control(1, Buffer.concat([numbers(stream, 0), Buffer.alloc(2), block]), 1),
        `open ${stream} ${hex(block)} 1`,
      ],
    ),
  fc
    .tuple(id, bytes)
    .map(
      ([stream, block]): Sample => [
        control(8, Buffer.concat([numbers(stream), block])),
        `headers ${stream} ${hex(block)} 0`,
      ],
    ),
  fc.tuple(fc.constantFrom(4, 7, 9, 10, 999), bytes).map(([type, body]): Sample => [control(type, body), '']),
);

function hex(said: Uint8Array): string {
  return Buffer.from(said).toString('hex');
}

/** Pieces of one frame are put together, for the cut between them is nobody's business. */
function meaning(frames: readonly Frame[]): string {
  const lines: string[] = [];
  let said = '';
  for (const frame of frames) {
    if (frame.is === 'data') said += hex(frame.bytes);
    if (frame.is === 'data') lines.push(`data ${frame.stream} ${frame.last}`);
    if (frame.is === 'reset') lines.push(`reset ${frame.stream}`);
    if (frame.is === 'ping') lines.push(`ping ${frame.id}`);
    if ('block' in frame) lines.push(`${frame.is} ${frame.stream} ${hex(frame.block)} ${frame.flags}`);
  }
  return [...lines.filter((line) => !/^data \d+ false$/.test(line)), said].join('\n');
}

function expected(samples: readonly Sample[]): string {
  const said = samples.map(([, text]) => /^data \d+ (\w*) /.exec(text)?.[1] ?? '').join('');
  const lines = samples
    .map(([, text]) => text.replace(/^(data \d+) \w* /, '$1 '))
    .filter((text) => text !== '' && !/^data \d+ false$/.test(text));
  return [...lines, said].join('\n');
}

test('frames mean the same, wherever their bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 30 })), (samples, cuts) => {
      const all = Buffer.concat(samples.map(([frame]) => frame));
      const reader = new FrameReader();
      const frames: Frame[] = [];
      let at = 0;
      for (const length of [...cuts, all.length]) {
        frames.push(...reader.read(all.subarray(at, at + length)));
        at += length;
      }
      assert.equal(meaning(frames), expected(samples));
    }),
    { numRuns: 300 },
  );
});

test('data is handed on as it arrives, however large its frame', () => {
  const reader = new FrameReader();
  const head = Buffer.from([0, 0, 0, 1, 1, 0xff, 0xff, 0xff]);
  assert.deepEqual([...reader.read(head)], []);
  const piece = Buffer.alloc(65_535);
  const [first] = [...reader.read(piece)];
  assert(first?.is === 'data' && first.bytes.length === 65_535 && !first.last);
});

test('a frame of another version, of a wrong length or too large is an error of the client', () => {
  const bad = [
    Buffer.from([0x80, 2, 0, 6, 0, 0, 0, 4, 0, 0, 0, 1]),
    Buffer.from('GET / HTTP/1.1\r\n').fill(0x80, 0, 1),
    control(6, numbers(1, 2)),
    control(3, numbers(1)),
    control(1, Buffer.alloc(9)),
    control(1, Buffer.alloc(65_537)),
  ];
  for (const frame of bad) assert.throws(() => [...new FrameReader().read(frame)], SpdyError);
});
