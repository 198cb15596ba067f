import type { ResourceDefinition } from '#kinds/definition.ts';
import { isReview } from '../access/reviews.ts';

/** Whether webhooks have a say about a resource at all: about themselves they do not, or a bad one could never be taken away; nor about
 *  questions, which store nothing. */
export function isJudged(resource: ResourceDefinition): boolean {
  return resource.group !== 'admissionregistration.k8s.io' && !isReview(resource);
}
