import type { ContainerImage, NodeStatus } from '#kinds/node/schema.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { Demand } from '#placement/demand.ts';
import type { NodeLoad } from '#placement/node-load.ts';

const scoreMax = 100;
const bytesPerMebi = 1024 * 1024;
/** An image smaller than this is fetched as fast as it is found; one larger than that is worth no more. */
const bytesMin = 23 * bytesPerMebi;
const bytesMaxPerContainer = 1000 * bytesPerMebi;

type Images = NodeStatus['images'];

/** How much of the pod's images each feasible node has already (spec: nodes-and-scheduling.md section 7.5); undefined when none
 *  of them has any. An image counts for less the fewer of all nodes have it, or all pods would end up on one. */
export function imageScores(
  { pod }: Demand,
  feasible: readonly NodeLoad[],
  all: readonly NodeLoad[],
): readonly number[] | undefined {
  if (feasible.every(({ node }) => (node?.status.images ?? []).length === 0)) return undefined;
  const { containers, initContainers = [] } = pod.spec;
  const wanted = [...initContainers, ...containers].map(imageOf);
  const holders = wanted.map((image) => all.filter((load) => sizesOn(load).has(image)).length);
  const most = bytesMaxPerContainer * wanted.length;
  return feasible.map((load) => {
    const sizes = sizesOn(load);
    let sum = 0;
    for (const [index, image] of wanted.entries()) {
      sum += Math.trunc(((sizes.get(image) ?? 0) * (holders[index] ?? 0)) / all.length);
    }
    const counted = Math.min(Math.max(sum, bytesMin), most);
    return Math.trunc((scoreMax * (counted - bytesMin)) / (most - bytesMin));
  });
}

const known = new WeakMap<object, ReadonlyMap<string, number>>();
const none: ReadonlyMap<string, number> = new Map();

/** The sizes of the node's images by all their names, worked out once. */
function sizesOn({ node }: NodeLoad): ReadonlyMap<string, number> {
  const images: Images = node?.status.images;
  if (images === undefined) return none;
  const sizes = known.get(images) ?? new Map(images.flatMap(namesAndSize));
  known.set(images, sizes);
  return sizes;
}

function namesAndSize({ names, sizeBytes = 0 }: ContainerImage): readonly (readonly [string, number])[] {
  return (names ?? []).map((name) => [name, Number(sizeBytes)]);
}

/** The name as nodes list it: with a tag. */
function imageOf({ image = '' }: Container): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}
