import { fileURLToPath } from 'node:url';
import { defaultPath } from '#node/runtime/process/command.ts';
import type { ImageEntry } from '#node/runtime/process/image-map.ts';

const filesOf = (image: string): string => fileURLToPath(new URL(`./images/${image}`, import.meta.url));

/** An image of Docker Hub's library under all the names that it goes by. */
function library(name: string, entry: Omit<ImageEntry, 'image'>): readonly ImageEntry[] {
  const places = ['', 'public.ecr.aws/docker/library/', 'mirror.gcr.io/library/'];
  return places.map((place) => ({ image: `${place}${name}:*`, ...entry }));
}

/** Images without an entrypoint, and what they run when they are told nothing. */
const plainImages: readonly (readonly [image: string, ...args: readonly string[]])[] = [
  ...(['almalinux', 'amazonlinux', 'buildpack-deps', 'debian', 'fedora', 'gcc', 'golang', 'rockylinux'] as const).map(
    (image): [string, string] => [image, 'bash'],
  ),
  ['alpine', '/bin/sh'],
  ['busybox', 'sh'],
  ['mariadb', 'mariadbd'],
  ['mongo', 'mongod'],
  ['mysql', 'mysqld'],
  ['nginx', 'nginx', '-g', 'daemon off;'],
  ['postgres', 'postgres'],
  ['ruby', 'irb'],
  ['rust', 'bash'],
  ['ubuntu', 'bash'],
];

/** The same for images of other registries. */
const otherPlainImages: readonly (readonly [image: string, ...args: readonly string[]])[] = [
  ['alpine/k8s:*', 'bash'],
  ['gcr.io/google.com/cloudsdktool/*', 'bash'],
  ['gcr.io/google_containers/busybox:*', 'sh'],
  ['google/cloud-sdk:*', 'bash'],
  ['k8s.gcr.io/busybox:*', 'sh'],
  ['mcr.microsoft.com/azure-cli:*', 'bash'],
  ['nicolaka/netshoot:*', 'zsh'],
  ['quay.io/prometheus/busybox:*', 'sh'],
  ['registry.k8s.io/busybox:*', 'sh'],
  ['registry.k8s.io/e2e-test-images/busybox:*', 'sh'],
];

/** Images whose entrypoint is a program, and the user they name. */
const programs: readonly (readonly [image: string, program: string, user?: number])[] = [
  ['alpine/curl:*', 'curl'],
  ['alpine/git:*', 'git'],
  ['alpine/helm:*', 'helm'],
  ['alpine/kubectl:*', 'kubectl'],
  ['amazon/aws-cli:*', 'aws'],
  ['bitnami/kubectl:*', 'kubectl', 1001],
  ['bitnamilegacy/kubectl:*', 'kubectl', 1001],
  ['gcr.io/k8s-staging-perf-tests/sleep:*', 'sleep'],
  ['gcr.io/distroless/nodejs*:*', 'node'],
  ['gcr.io/distroless/python3*:*', 'python3'],
  ['ghcr.io/jqlang/jq:*', 'jq'],
  ['hashicorp/terraform:*', 'terraform'],
  ['minio/mc:*', 'mc'],
  ['public.ecr.aws/aws-cli/aws-cli:*', 'aws'],
  ['rancher/kubectl:*', 'kubectl'],
  ['rclone/rclone:*', 'rclone'],
  ['registry.k8s.io/kubectl:*', 'kubectl'],
  ['restic/restic:*', 'restic'],
];

/** Images of which only the user is known, as a number. */
const users: readonly (readonly [image: string, user: number])[] = [
  ['bitnami/*', 1001],
  ['bitnamilegacy/*', 1001],
  ['gcr.io/distroless/*:*nonroot*', 65_532],
  ['nginxinc/nginx-unprivileged:*', 101],
];

/** Waits until it is stopped: what examples run that need no program of their own. */
const pause = { command: ['sleep', 'infinity'], user: 65_535 };
const pauses = ['gke.gcr.io', 'gcr.io/google_containers', 'gcr.io/google-containers', 'k8s.gcr.io', 'registry.k8s.io'];

const hello = 'Hello from a process of this machine, which stands for the image hello-world.';

/** Entries every machine starts with: images of well-known manifests, with the names of their programs. That these programs are on
 *  the machine is another matter. */
export const builtInImages: readonly ImageEntry[] = [
  // Debian 12's Perl fails at the pi Job of the Kubernetes documentation; see the module for why.
  ...library('perl', { command: [], args: ['perl', '-de0'], env: { PERL5OPT: `-I${filesOf('perl')} -MBigPi` } }),
  // Many machines have Python by the name of python3 alone.
  ...library('python', { command: [], args: ['python3'], env: { PATH: `${defaultPath}:${filesOf('python')}` } }),
  ...library('hello-world', { command: ['echo', hello] }),
  // Their entrypoints are scripts: what is no program is the arguments of the one that the image is made for.
  ...library('bash', { command: [], program: 'bash', args: ['bash'] }),
  ...library('node', { command: [], program: 'node', args: ['node'] }),
  ...library('php', { command: [], program: 'php', args: ['php', '-a'] }),
  ...library('redis', { command: [], program: 'redis-server', args: ['redis-server'] }),
  { image: 'curlimages/curl:*', command: [], program: 'curl', args: ['curl'], user: 100 },
  { image: 'quay.io/curl/curl:*', command: [], program: 'curl', args: ['curl'], user: 100 },
  ...pauses.flatMap((place) => ['pause', 'pause-amd64'].map((name) => ({ image: `${place}/${name}:*`, ...pause }))),
  ...plainImages.flatMap(([image, ...args]) => library(image, { command: [], args })),
  ...otherPlainImages.map(([image, ...args]) => ({ image, command: [], args })),
  ...programs.map(([image, program, user]) => ({ image, command: [program], ...(user === undefined ? {} : { user }) })),
  ...users.map(([image, user]) => ({ image, user })),
];
