import type { WatchEvent } from '#client/client.ts';
import type { ApiError } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { SharedPieces } from '#server/shared-pieces.ts';

type Event = WatchEvent<KubeObject>;

/** How a watch tells of its events. `Piece` is what one event becomes: its end can be told from the beginning of the next. */
export interface EventEncoding<Piece extends string | Uint8Array = string | Uint8Array> {
  readonly contentType: string;
  /** How many bytes of a piece say how long the rest is; none of text. */
  readonly headBytes: number;
  /** What was made of events that all watchers read alike; absent where each has its own. */
  readonly shared?: SharedPieces;
  event(event: Event): Piece;
  /** The last event of a watch that fails. */
  failure(error: ApiError): Piece;
  /** Several in one. */
  join(pieces: readonly Piece[]): Piece;
}

type Bookmark = Extract<Event, { type: 'BOOKMARK' }>;

interface ShownBookmark {
  readonly metadata: { readonly resourceVersion: string; readonly annotations?: object };
}

/** The object of a bookmark: nothing but the revision, beside what `empty` has. */
export function bookmarkObject(event: Bookmark, empty: object): ShownBookmark {
  const annotations = event.initialEventsEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  return { ...empty, metadata: { resourceVersion: event.resourceVersion, ...annotations } };
}
