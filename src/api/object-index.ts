import type { KubeObject } from '#kinds/meta/object.ts';

/** The objects of a resource by something that each says about itself, kept by the cache that it belongs to. */
export class ObjectIndex {
  private readonly wordOf: (object: KubeObject) => string | undefined;
  private readonly words = new Map<string, string>();
  private readonly objects = new Map<string, Map<string, KubeObject>>();

  constructor(wordOf: (object: KubeObject) => string | undefined) {
    this.wordOf = wordOf;
  }

  /** All objects that say `word`. Live: copy what must outlast an `await`. */
  get(word: string): Iterable<KubeObject> {
    return this.objects.get(word)?.values() ?? [];
  }

  put(key: string, object: KubeObject): void {
    const word = this.wordOf(object);
    if (this.words.get(key) !== word) this.remove(key);
    if (word === undefined) return;
    this.words.set(key, word);
    let shelf = this.objects.get(word);
    if (shelf === undefined) {
      shelf = new Map();
      this.objects.set(word, shelf);
    }
    shelf.set(key, object);
  }

  remove(key: string): void {
    const word = this.words.get(key);
    if (word === undefined) return;
    this.words.delete(key);
    const shelf = this.objects.get(word);
    shelf?.delete(key);
    if (shelf?.size === 0) this.objects.delete(word);
  }
}
