/** Gathers what is to be said in one turn of the event loop, and says it at once: a message between two processes costs each of
 *  them more than most of what it asks for. */
export class Outbox<T> {
  private readonly send: (messages: readonly T[]) => void;
  private messages: T[] = [];

  constructor(send: (messages: readonly T[]) => void) {
    this.send = send;
  }

  /** Sends this, and what else comes up in this turn, in order. */
  post(message: T): void {
    this.messages.push(message);
    if (this.messages.length > 1) return;
    setImmediate(() => {
      const { messages } = this;
      this.messages = [];
      if (messages.length > 0) this.send(messages);
    });
  }

  /** Takes back what was not sent yet. */
  drop(): void {
    this.messages.length = 0;
  }
}
