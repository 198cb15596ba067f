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
  /** Whom the image's processes run as, where the pod does not say it; by number. */
  readonly user?: number;
  /** Put before arguments that do not name a program themselves, as the entrypoints of some images do. */
  readonly program?: string;
}

/** The first entry that means `image`. References are compared in full: "perl" is "docker.io/library/perl:latest". */
export function findImage(image: string, entries: readonly ImageEntry[]): ImageEntry | undefined {
  const reference = fullReference(image);
  return entries.find((entry) => patternOf(entry).test(reference));
}

/** Every start of a container looks through all entries. */
const patterns = new WeakMap<ImageEntry, RegExp>();

function patternOf(entry: ImageEntry): RegExp {
  const known = patterns.get(entry);
  if (known !== undefined) return known;
  const pattern = globPattern(fullReference(entry.image));
  patterns.set(entry, pattern);
  return pattern;
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

function globPattern(glob: string): RegExp {
  const pattern = glob
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`);
}
