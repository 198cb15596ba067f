import { CelError, type CelFunction, CelReceiver, type CelValue, noOverload, textOf } from '#kinds/cel/values.ts';
import { labelProblems, subdomainProblems } from '#kinds/meta/names.ts';

/** What an expression asks: may somebody do this? */
export type AccessQuestion =
  | { readonly verb: string; readonly path: string; readonly account?: AccountName | undefined }
  | ({ readonly verb: string; readonly account?: AccountName | undefined } & AskedResource);

export interface AskedResource {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

/** A service account, of whom is asked instead of who sent the request. */
export interface AccountName {
  readonly namespace: string;
  readonly name: string;
}

export interface AccessVerdict {
  readonly allowed: boolean;
  readonly reason: string;
  /** Why nobody could say, if so. */
  readonly error?: string;
}

/** Answers at once, or throws what the caller of the evaluation understands. */
export type AskAccess = (question: AccessQuestion) => AccessVerdict;

/** Whom to ask what the sender of a request, or a service account, may do. */
export class CelAuthorizer extends CelReceiver {
  readonly typeName = 'kubernetes.authorization.Authorizer';
  readonly ask: AskAccess;
  readonly account: AccountName | undefined;

  constructor(ask: AskAccess, account?: AccountName) {
    super();
    this.ask = ask;
    this.account = account;
  }
}

class CelPathCheck extends CelReceiver {
  readonly typeName = 'kubernetes.authorization.PathCheck';
  readonly of: CelAuthorizer;
  readonly path: string;

  constructor(of: CelAuthorizer, path: string) {
    super();
    this.of = of;
    this.path = path;
  }
}

class CelGroupCheck extends CelReceiver {
  readonly typeName = 'kubernetes.authorization.GroupCheck';
  readonly of: CelAuthorizer;
  readonly group: string;

  constructor(of: CelAuthorizer, group: string) {
    super();
    this.of = of;
    this.group = group;
  }
}

/** A resource, of which can be asked whether something may be done with it. */
export class CelResourceCheck extends CelReceiver {
  readonly typeName = 'kubernetes.authorization.ResourceCheck';
  readonly of: CelAuthorizer;
  readonly asked: AskedResource;

  constructor(of: CelAuthorizer, asked: AskedResource) {
    super();
    this.of = of;
    this.asked = asked;
  }
}

class CelDecision extends CelReceiver {
  readonly typeName = 'kubernetes.authorization.Decision';
  readonly verdict: AccessVerdict;

  constructor(verdict: AccessVerdict) {
    super();
    this.verdict = verdict;
  }
}

/** The steps of a question: two fit into one expression, as upstream has it. */
const checkSteps = 350_000;

function authorizer(value: CelValue | undefined): CelAuthorizer {
  if (!(value instanceof CelAuthorizer)) throw noOverload();
  return value;
}

function decision(value: CelValue | undefined): AccessVerdict {
  if (!(value instanceof CelDecision)) throw noOverload();
  return value.verdict;
}

function present(what: string, value: CelValue | undefined): string {
  const text = textOf(value);
  if (text.trim() === '') throw new CelError(`${what} must not be empty`);
  return text;
}

/** Narrows a question about a resource by one more text. */
function narrowed(part: keyof AskedResource): CelFunction {
  return ([check, value]) => {
    if (!(check instanceof CelResourceCheck)) throw noOverload();
    return new CelResourceCheck(check.of, { ...check.asked, [part]: textOf(value) });
  };
}

/** The functions by which expressions ask what somebody may do (upstream: kubernetes.authz). */
export const authorizerFunctions: { readonly [name: string]: CelFunction } = {
  path: ([of, path]) => new CelPathCheck(authorizer(of), present('path', path)),
  group: ([of, group]) => new CelGroupCheck(authorizer(of), textOf(group)),
  serviceAccount: ([of, namespace, name]) => {
    const account = { namespace: textOf(namespace), name: textOf(name) };
    if (subdomainProblems(account.name).length > 0) throw new CelError('Invalid service account name');
    if (labelProblems(account.namespace).length > 0) throw new CelError('Invalid service account namespace');
    return new CelAuthorizer(authorizer(of).ask, account);
  },
  resource: ([of, resource]) => {
    if (!(of instanceof CelGroupCheck)) throw noOverload();
    return new CelResourceCheck(of.of, { group: of.group, resource: present('resource', resource) });
  },
  subresource: narrowed('subresource'),
  namespace: narrowed('namespace'),
  name: narrowed('name'),
  fieldSelector: narrowed('fieldSelector'),
  labelSelector: narrowed('labelSelector'),
  check: ([check, value], pay) => {
    const isResource = check instanceof CelResourceCheck;
    if (!isResource && !(check instanceof CelPathCheck)) throw noOverload();
    pay(checkSteps);
    const { ask, account } = check.of;
    const verb = textOf(value);
    return new CelDecision(ask({ verb, account, ...(isResource ? check.asked : { path: check.path }) }));
  },
  allowed: ([of]) => decision(of).allowed,
  reason: ([of]) => decision(of).reason,
  errored: ([of]) => decision(of).error !== undefined,
  error: ([of]) => decision(of).error ?? '',
};
