import type { Json, JsonObject } from '#base/json.ts';
import { zeroOf } from '#schema/decode-scalar.ts';
import type { Field, ObjectType, Type } from '#schema/type.ts';

/** What Go writes of an object in which nothing is set: the fields without `omitempty`, lists, maps and pointers as null. Upstream
 *  sends such objects where it has nothing to say but a revision (spec: api.md section 13.4). */
export function shellOf(type: ObjectType): JsonObject {
  const shell: { [name: string]: Json } = {};
  for (const [name, field] of Object.entries(type.fields)) {
    if (field.presence === 'required' || field.presence === 'always') shell[name] = unset(field);
  }
  return shell;
}

function unset({ type, options }: Field): Json {
  return options.nullable === true ? null : zero(type);
}

function zero(type: Type): Json {
  switch (type.is) {
    case 'object':
      return shellOf(type);
    case 'list':
    case 'map':
    case 'choice':
    case 'bytes':
      return null;
    default:
      return zeroOf(type) as Json;
  }
}
