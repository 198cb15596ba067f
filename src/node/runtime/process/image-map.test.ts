import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { builtInImages } from '#node/runtime/process/built-in-images.ts';
import { findImage } from '#node/runtime/process/image-map.ts';

const entries = ['perl:*', 'example.com/team/*', 'busybox'].map((image) => ({ image, env: {} }));
const found = (image: string): string | undefined => findImage(image, entries)?.image;

test('an image is found by its reference however it is written', () => {
  for (const image of ['perl', 'perl:5.34.0', 'docker.io/library/perl:5', 'library/perl:5'])
    assert.equal(found(image), 'perl:*');
  assert.equal(found('example.com/team/app:1'), 'example.com/team/*');
  assert.equal(found('busybox:latest'), 'busybox');
});

test('another image is not mistaken for it', () => {
  for (const image of ['perlx:1', 'example.com/perl:1', 'team/perl:1', 'busybox:1.36', 'exampleXcom/team/app:1'])
    assert.equal(found(image), undefined);
});

test('the first entry that fits wins', () => {
  const both = [
    { image: '*', env: { A: '1' } },
    { image: 'perl:*', env: { A: '2' } },
  ];
  assert.equal(findImage('perl', both)?.env?.A, '1');
});

test("what stands for the perl image computes pi further than Debian's own Perl can", { skip: !hasPerl() }, () => {
  const env = { ...process.env, ...findImage('perl:5.34.0', builtInImages)?.env };
  const digits = (...args: readonly string[]): string =>
    spawnSync('perl', args, { env, encoding: 'utf8' }).stdout.replaceAll(/[\\\n]/g, '');
  const computed = digits('-Mbignum=bpi', '-wle', 'print bpi(1100)');
  assert.match(computed, /^3\.14159265358979323846\d{1079}$/);
  assert.equal(computed, digits('-MMath::BigFloat', '-e', 'print Math::BigFloat->bpi(1100)'));
});

test('images of well-known manifests are known, under the names of mirrors too', () => {
  const command = (image: string): readonly string[] => {
    const { command = ['?'], args = [] } = findImage(image, builtInImages) ?? {};
    return [...command, ...args];
  };
  for (const image of ['busybox:1.36', 'public.ecr.aws/docker/library/busybox', 'registry.k8s.io/busybox'])
    assert.deepEqual(command(image), ['sh']);
  assert.deepEqual(command('registry.k8s.io/pause:3.9'), ['sleep', 'infinity']);
  assert.deepEqual(command('bitnami/kubectl:1.30'), ['kubectl']);
  assert.deepEqual(command('nginx'), ['nginx', '-g', 'daemon off;']);
  assert.deepEqual(command('bitnami/redis'), ['?']);
  assert.equal(findImage('bitnami/redis', builtInImages)?.user, 1001);
  assert.equal(findImage('gcr.io/distroless/static:nonroot', builtInImages)?.user, 65_532);
  assert.equal(findImage('gcr.io/distroless/static:latest', builtInImages), undefined);
});

function hasPerl(): boolean {
  return spawnSync('perl', ['-Mbignum', '-e', '1']).status === 0;
}
