import { fileURLToPath } from 'node:url';

/** What a process of this machine needs to stand for a container of an image. */
export interface ImageEntry {
  /** The images meant: a reference in which `*` stands for any text, such as "perl:*". */
  readonly image: string;
  /** Stands for the image's entrypoint; a pod's `args` are appended, its `command` takes the place of all of it. Empty for an
   *  image without one: then the `args` are the command. Absent: not known. */
  readonly command?: readonly string[];
  /** Stands for the image's own arguments, used where the pod gives neither command nor args. */
  readonly args?: readonly string[];
  /** Environment that the image would have brought along; the pod's own wins. */
  readonly env?: { readonly [name: string]: string };
}

const perlModules = fileURLToPath(new URL('./images/perl', import.meta.url));

/** Images without an entrypoint, and what they run when they are told nothing. */
const plainImages: readonly (readonly [image: string, ...args: readonly string[]])[] = [
  ['alpine:*', '/bin/sh'],
  ['busybox:*', 'sh'],
  ['debian:*', 'bash'],
  ['public.ecr.aws/docker/library/busybox:*', 'sh'],
  ['python:*', 'python3'],
  ['registry.k8s.io/busybox:*', 'sh'],
  ['registry.k8s.io/e2e-test-images/busybox:*', 'sh'],
  ['ubuntu:*', 'bash'],
];

/** Entries every machine starts with: images of well-known manifests, as far as the same is found on most machines. */
export const builtInImages: readonly ImageEntry[] = [
  // Debian 12's Perl fails at the pi Job of the Kubernetes documentation; see the module for why.
  { image: 'perl:*', command: [], args: ['perl', '-de0'], env: { PERL5OPT: `-I${perlModules} -MBigPi` } },
  // Waits until it is stopped: what examples run that need no program of their own.
  { image: 'registry.k8s.io/pause:*', command: ['sleep', 'infinity'] },
  ...plainImages.map(([image, ...args]) => ({ image, command: [], args })),
];

/** The first entry that means `image`. References are compared in full: "perl" is "docker.io/library/perl:latest". */
export function findImage(image: string, entries: readonly ImageEntry[]): ImageEntry | undefined {
  const reference = fullReference(image);
  return entries.find((entry) => globMatches(fullReference(entry.image), reference));
}

/** A reference with its registry, its repository's owner and its tag written out, as container engines read it. */
function fullReference(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const path = hasRegistry ? rest : [first, ...rest];
  const registry = hasRegistry ? first : 'docker.io';
  const owner = registry === 'docker.io' && path.length === 1 ? 'library/' : '';
  const name = path.join('/');
  const isTagged = /[:@*]/.test(path.at(-1) ?? '');
  return `${registry}/${owner}${name}${isTagged ? '' : ':latest'}`;
}

function globMatches(glob: string, text: string): boolean {
  const pattern = glob
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`).test(text);
}
