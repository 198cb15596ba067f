import type { AccessQuestion, AccessVerdict, AskAccess } from '#kinds/cel/authorizer-functions.ts';
import type { Attributes, User } from '../api.ts';
import type { Authorizer, Decision } from '../core.ts';

/** Thrown out of an evaluation that has to wait for an answer. */
class PendingVerdict extends Error {
  readonly key: string;
  readonly pending: Promise<Decision>;

  constructor(key: string, pending: Promise<Decision>) {
    super('an authorizer has not answered yet');
    this.key = key;
    this.pending = pending;
  }
}

/** Answers what expressions ask of authorizers, each question once. Expressions cannot wait, authorizers may have to: what meets an
 *  answer that is still to come is run again when it is there. */
export class AccessVerdicts {
  private readonly decide: Authorizer;
  private readonly sender: User;
  private readonly known = new Map<string, AccessVerdict>();

  constructor(decide: Authorizer, sender: User) {
    this.decide = decide;
    this.sender = sender;
  }

  /** The outcome of `run`, which may run several times and must have no effects. */
  async during<Outcome>(run: (ask: AskAccess) => Outcome): Promise<Outcome> {
    for (;;) {
      try {
        return run((question) => this.verdict(question));
      } catch (error) {
        if (!(error instanceof PendingVerdict)) throw error;
        await this.settle(error);
      }
    }
  }

  private async settle({ key, pending }: PendingVerdict): Promise<void> {
    try {
      this.known.set(key, verdictOf(await pending));
    } catch (error) {
      this.known.set(key, { allowed: false, reason: '', error: (error as Error).message });
    }
  }

  private verdict(question: AccessQuestion): AccessVerdict {
    const key = JSON.stringify(question);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const decision = this.decide(userOf(question, this.sender), attributesOf(question));
    if (decision instanceof Promise) throw new PendingVerdict(key, decision);
    const verdict = verdictOf(decision);
    this.known.set(key, verdict);
    return verdict;
  }
}

function verdictOf({ allowed, reason = '' }: Decision): AccessVerdict {
  return { allowed, reason };
}

function userOf({ account }: AccessQuestion, sender: User): User {
  if (account === undefined) return sender;
  const { namespace, name } = account;
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
  };
}

function attributesOf(question: AccessQuestion): Attributes {
  const { verb } = question;
  if ('path' in question) return { verb, path: question.path };
  const { group, resource, subresource, namespace, name, fieldSelector } = question;
  return {
    verb,
    group,
    plural: resource,
    // An empty text asks for nothing in particular.
    subresource: subresource || undefined,
    namespace: namespace || undefined,
    name: name || undefined,
    fieldSelector: fieldSelector || undefined,
  };
}
