import type { User } from '../api.ts';

const userPrefix = 'system:node:';
const nodesGroup = 'system:nodes';

/** The user that a node is. */
export function nodeUser(name: string): User {
  return { name: userPrefix + name, groups: [nodesGroup, 'system:authenticated'] };
}

/** The name of the node that a user is: empty for a node that does not say which; undefined for all who are none. */
export function nodeNameOf({ name, groups }: User): string | undefined {
  return name.startsWith(userPrefix) && groups.includes(nodesGroup) ? name.slice(userPrefix.length) : undefined;
}
