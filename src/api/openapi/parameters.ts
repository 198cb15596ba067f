/** A parameter of a path or a query, in neither OpenAPI version's spelling yet. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly type: 'string' | 'integer' | 'boolean';
  readonly description: string;
}

function query(name: string, type: Parameter['type'], description: string): Parameter {
  return { name, in: 'query', type, description };
}

const dryRun = query(
  'dryRun',
  'string',
  'When set to All, the request goes through every stage but nothing is stored.',
);
const fieldManager = query('fieldManager', 'string', 'A name for whoever makes this change, at most 128 characters.');
const fieldValidation = query(
  'fieldValidation',
  'string',
  'What to do about unknown or repeated fields: Ignore drops them, Warn also answers a warning for each, Strict refuses the request.',
);
const labelSelector = query(
  'labelSelector',
  'string',
  'Which labels the objects in the list of returned ones must have.',
);
const fieldSelector = query(
  'fieldSelector',
  'string',
  'Which fields the objects in the list of returned ones must have.',
);
const limit = query('limit', 'integer', 'The most objects to answer with; the rest is had with continue.');
const continued = query('continue', 'string', 'The token of an earlier answer: goes on where that one ended.');
const resourceVersion = query('resourceVersion', 'string', 'Which version of the state to read from.');
const resourceVersionMatch = query(
  'resourceVersionMatch',
  'string',
  'How resourceVersion is meant: Exact or NotOlderThan.',
);
const sendInitialEvents = query(
  'sendInitialEvents',
  'boolean',
  'Begins a watch with the present state, followed by a bookmark that marks its end.',
);
const timeoutSeconds = query('timeoutSeconds', 'integer', 'Ends the call after this long.');
const gracePeriodSeconds = query(
  'gracePeriodSeconds',
  'integer',
  'How long the object may take to end; zero is at once.',
);
const propagationPolicy = query(
  'propagationPolicy',
  'string',
  'What becomes of dependents: Orphan, Background or Foreground.',
);
const orphanDependents = query('orphanDependents', 'boolean', 'Deprecated: use propagationPolicy.');
const ignoreReadError = query(
  'ignoreStoreReadErrorWithClusterBreakingPotential',
  'boolean',
  'Deletes an object that cannot be read any more. Not supported.',
);

/** Sets of parameters that operations share. */
export const parameters = {
  pretty: query('pretty', 'string', "If 'true', the answer is indented."),
  list: [
    query('allowWatchBookmarks', 'boolean', 'Asks a watch for BOOKMARK events.'),
    continued,
    fieldSelector,
    labelSelector,
    limit,
    resourceVersion,
    resourceVersionMatch,
    sendInitialEvents,
    timeoutSeconds,
    query(
      'watch',
      'boolean',
      'Watch for changes to the described resources: the answer is a stream of them instead of a list.',
    ),
  ],
  write: [dryRun, fieldManager, fieldValidation],
  patch: [
    dryRun,
    fieldManager,
    fieldValidation,
    query('force', 'boolean', 'Apply only: takes fields over from other managers.'),
  ],
  delete: [dryRun, gracePeriodSeconds, ignoreReadError, orphanDependents, propagationPolicy],
  deleteCollection: [
    continued,
    dryRun,
    fieldSelector,
    gracePeriodSeconds,
    ignoreReadError,
    labelSelector,
    limit,
    orphanDependents,
    propagationPolicy,
    resourceVersion,
    resourceVersionMatch,
    sendInitialEvents,
    timeoutSeconds,
  ],
  log: [
    query('container', 'string', 'Whose log; may be left out when there is one container only.'),
    query('follow', 'boolean', 'Goes on until the container ends.'),
    query('limitBytes', 'integer', 'Ends after so many bytes.'),
    query('previous', 'boolean', 'The log of the container before its last restart.'),
    query('sinceSeconds', 'integer', 'Only lines of the last so many seconds.'),
    query('stream', 'string', 'All, Stdout or Stderr.'),
    query('tailLines', 'integer', 'Only the last so many lines.'),
    query('timestamps', 'boolean', 'Begins each line with its time.'),
  ],
} as const satisfies { readonly [name: string]: Parameter | readonly Parameter[] };

export const pathParameters = {
  namespace: { name: 'namespace', in: 'path', type: 'string', description: 'The namespace of the object.' },
  name: (kind: string): Parameter => ({
    name: 'name',
    in: 'path',
    type: 'string',
    description: `The name of the ${kind}.`,
  }),
  path: { name: 'path', in: 'path', type: 'string', description: 'What is asked for there.' },
} as const satisfies { readonly [name in 'namespace' | 'path']: Parameter } & {
  readonly name: (kind: string) => Parameter;
};
