/** Room for so many items is kept when the queue runs empty; a longer one gives its memory back. */
const roomKept = 32;

/** First in, first out, in the same memory again and again. An array that is made anew for each item costs more than the garbage:
 *  once an owner and its arrays are old, whatever a dead array held is kept until the whole heap is collected, and every young
 *  collection has it to copy. */
export class Fifo<T> {
  private items: (T | undefined)[] = [];
  private first = 0;
  private end = 0;

  get size(): number {
    return this.end - this.first;
  }

  /** The first item, left in place. */
  peek(): T | undefined {
    return this.items[this.first];
  }

  push(item: T): void {
    this.items[this.end++] = item;
  }

  /** Takes the first item out. */
  shift(): T | undefined {
    if (this.first === this.end) return undefined;
    const item = this.items[this.first];
    this.items[this.first++] = undefined;
    if (this.first === this.end) this.rewind();
    return item;
  }

  clear(): void {
    this.items.fill(undefined, this.first, this.end);
    this.rewind();
  }

  private rewind(): void {
    this.first = 0;
    this.end = 0;
    if (this.items.length > roomKept) this.items = [];
  }
}
