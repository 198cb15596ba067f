import type { ResourceDefinition } from '#kinds/definition.ts';

const ending: ReadonlySet<string> = new Set(['delete', 'deletecollection', 'get', 'list', 'watch']);

/** The verbs of a resource as discovery lists them: those of built-in ones sorted, those of custom ones in upstream's order, and
 *  of one that is going away only what still makes sense (spec: api.md sections 3.1 and 21). */
export function shownVerbs({ verbs, custom }: ResourceDefinition): readonly string[] {
  if (custom === undefined) return verbs.toSorted();
  return custom.terminating ? verbs.filter((verb) => ending.has(verb)) : verbs;
}
