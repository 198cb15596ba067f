import { closest } from '#schema/closest.ts';
import type { DecodeProblem } from '#schema/decode-context.ts';
import type { ObjectType, Type } from '#schema/type.ts';

/** Our own advice for fields that the schema does not know, to be sent beside upstream's error: the field that was probably meant,
 *  by its spelling or because it exists elsewhere in the same object. One text a problem that has any. */
export function suggestions(type: ObjectType, problems: readonly DecodeProblem[]): readonly string[] {
  return problems.flatMap((problem) => {
    if (problem.is !== 'unknown') return [];
    const meant = suggestField(type, problem.path);
    return meant === undefined ? [] : [`${problem.text}; did you mean ${JSON.stringify(meant)}?`];
  });
}

/** The path that `path`, unknown to `type`, was probably meant to be. */
export function suggestField(type: ObjectType, path: string): string | undefined {
  const { parent, prefix, name } = locate(type, path);
  const join = (rest: string): string => (prefix === '' ? rest : `${prefix}.${rest}`);
  const near = closest(name, Object.keys(parent.fields));
  if (near?.toLowerCase() === name.toLowerCase()) return join(near);
  const below = find(parent, name);
  if (below !== undefined) return join(below);
  if (near !== undefined) return join(near);
  const elsewhere = find(type, name);
  return elsewhere === path ? undefined : elsewhere;
}

/** The deepest known object on the way to `path`, and what follows it. */
function locate(type: ObjectType, path: string): { parent: ObjectType; prefix: string; name: string } {
  let parent = type;
  let end = 0;
  for (const step of path.matchAll(/([^.[\]]+)(\[\d+\])?\./g)) {
    const name = step[1] ?? '';
    // The path is the client's, and may say "constructor".
    const field = Object.hasOwn(parent.fields, name) ? parent.fields[name] : undefined;
    const target = field === undefined ? undefined : objectIn(field.type);
    if (target === undefined) break;
    parent = target;
    end = step.index + step[0].length;
  }
  return { parent, prefix: path.slice(0, Math.max(0, end - 1)), name: path.slice(end) };
}

function objectIn(type: Type): ObjectType | undefined {
  if (type.is === 'object') return type;
  if (type.is === 'list') return objectIn(type.item);
  if (type.is === 'choice') return type.object;
  return undefined;
}

const depthMax = 6;

interface Place {
  readonly type: ObjectType;
  readonly path: string;
  /** Steps on the way that a client must take, such as `containers` rather than `initContainers`. */
  readonly required: number;
}

/** The shallowest place below `type` that has a field `name`; among equals one that holds a plain value, then the most usual way. */
function find(type: ObjectType, name: string): string | undefined {
  let level: readonly Place[] = [{ type, path: '', required: 0 }];
  const seen = new Set<ObjectType>();
  for (let depth = 0; depth < depthMax && level.length > 0; depth += 1) {
    const hits = level.filter((place) => depth > 0 && Object.hasOwn(place.type.fields, name));
    const best = hits.toSorted((a, b) => rank(b, name) - rank(a, name))[0];
    if (best !== undefined) return `${best.path}${name}`;
    for (const place of level) seen.add(place.type);
    level = level.flatMap((place) => below(place, seen));
  }
  return undefined;
}

function rank(place: Place, name: string): number {
  const field = place.type.fields[name];
  return (field !== undefined && objectIn(field.type) === undefined ? 10 : 0) + place.required;
}

/** The objects one step further down. What the system fills in is no place to point people to. */
function below(place: Place, seen: ReadonlySet<ObjectType>): Place[] {
  return Object.entries(place.type.fields).flatMap(([name, field]) => {
    const target = objectIn(field.type);
    if (target === undefined || seen.has(target) || name === 'status' || name === 'managedFields') return [];
    const path = `${place.path}${name}${field.type.is === 'list' ? '[]' : ''}.`;
    return [{ type: target, path, required: place.required + (field.presence === 'required' ? 1 : 0) }];
  });
}
