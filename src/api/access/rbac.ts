import { clusterRoleBindings, roleBindings } from '#kinds/rbac/bindings.ts';
import { rbacGroup } from '#kinds/rbac/names.ts';
import { clusterRoles, roles } from '#kinds/rbac/roles.ts';
import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  RoleRef,
  Subject,
} from '#kinds/rbac/schema.ts';
import type { Attributes, User } from '../api.ts';
import type { Decision } from '../core.ts';
import type { ObjectStore } from '../object-store.ts';
import { ruleAllows } from './rules.ts';

/** What RBAC decides from. All answers are of the present. */
export interface RbacSource {
  /** Bindings that apply everywhere and name this subject (`subjectKey`). */
  clusterBindings(subject: string): readonly ClusterRoleBinding[];
  bindings(namespace: string): Iterable<RoleBinding>;
  /** The rules of a role; undefined if there is none of that name. */
  rules(ref: RoleRef, namespace: string | undefined): readonly PolicyRule[] | undefined;
}

/** The rules that a binding gives a user; `rules` is undefined when its role does not exist. */
interface Grant {
  readonly binding: RoleBinding | ClusterRoleBinding;
  readonly subject: Subject;
  readonly rules: readonly PolicyRule[] | undefined;
}

export interface RulesOfUser {
  readonly rules: readonly PolicyRule[];
  /** Roles that bindings name and that do not exist. */
  readonly errors: readonly string[];
}

/** Most are let through and never asked why: the reason is put into words for those who are. */
class Allowed implements Decision {
  readonly allowed = true;
  private readonly grant: Grant;

  constructor(grant: Grant) {
    this.grant = grant;
  }

  get reason(): string {
    return `RBAC: ${allowedBy(this.grant)}`;
  }
}

/** Role-based access control (spec: api.md section 17.3): what is bound to the user or one of the groups is allowed, in the
 *  binding's namespace or, by a ClusterRoleBinding, everywhere. A pure function of its source. */
export class Rbac {
  private readonly source: RbacSource;

  constructor(source: RbacSource) {
    this.source = source;
  }

  decide(user: User, attributes: Attributes): Decision {
    const namespace = 'path' in attributes ? undefined : attributes.namespace;
    const missing = new Set<string>();
    for (const grant of this.grants(user, namespace)) {
      if (grant.rules === undefined) missing.add(missingRole(grant.binding.roleRef));
      else if (grant.rules.some((rule) => ruleAllows(rule, attributes))) {
        return new Allowed(grant);
      }
    }
    return missing.size === 0 ? { allowed: false } : { allowed: false, reason: `RBAC: ${joined([...missing])}` };
  }

  /** All rules of a user in a namespace, or those outside of namespaces. */
  rulesOf(user: User, namespace: string | undefined): RulesOfUser {
    const found: PolicyRule[] = [];
    const missing = new Set<string>();
    for (const { rules, binding } of this.grants(user, namespace)) {
      if (rules === undefined) missing.add(missingRole(binding.roleRef));
      else found.push(...rules);
    }
    return { rules: found, errors: [...missing] };
  }

  /** The rules of the role that a binding names. */
  rulesOfRole(ref: RoleRef, namespace: string | undefined): readonly PolicyRule[] | undefined {
    return this.source.rules(ref, namespace);
  }

  private *grants(user: User, namespace: string | undefined): Generator<Grant> {
    const keys = [`User/${user.name}`, ...user.groups.map((group) => `Group/${group}`)];
    for (const key of keys) {
      for (const binding of this.source.clusterBindings(key)) {
        const subject = (binding.subjects ?? []).find((one) => subjectKey(one, undefined) === key) as Subject;
        yield { binding, subject, rules: this.source.rules(binding.roleRef, undefined) };
      }
    }
    if (namespace === undefined) return;
    for (const binding of this.source.bindings(namespace)) {
      const subject = (binding.subjects ?? []).find((one) => keys.includes(subjectKey(one, namespace)));
      if (subject !== undefined) yield { binding, subject, rules: this.source.rules(binding.roleRef, namespace) };
    }
  }
}

/** How a subject is found: service accounts are users with a name of a certain form. */
function subjectKey({ kind, name, namespace: own }: Subject, bindingNamespace: string | undefined): string {
  if (kind !== 'ServiceAccount') return `${kind}/${name}`;
  return `User/system:serviceaccount:${own || bindingNamespace || ''}:${name}`;
}

/** Reads the policy from the API's own objects. Cluster-wide bindings are indexed by subject, anew when one has changed. */
export function rbacOf(objects: ObjectStore): Rbac {
  // Found once: these are asked with nearly every request.
  const { cache } = objects.of(clusterRoleBindings);
  const { cache: clusterRoleCache } = objects.of(clusterRoles);
  const { cache: roleCache } = objects.of(roles);
  let index = new Map<string, ClusterRoleBinding[]>();
  let indexedAt = -1;
  const refresh = (): void => {
    index = new Map();
    for (const binding of objects.all(clusterRoleBindings)) {
      const keys = new Set((binding.subjects ?? []).map((subject) => subjectKey(subject, undefined)));
      for (const key of keys) {
        const known = index.get(key);
        if (known === undefined) index.set(key, [binding]);
        else known.push(binding);
      }
    }
    indexedAt = cache.changedAt;
  };
  return new Rbac({
    clusterBindings: (subject) => {
      if (indexedAt !== cache.changedAt) refresh();
      return index.get(subject) ?? [];
    },
    bindings: (namespace) => objects.all(roleBindings, namespace),
    rules: ({ kind, name }, namespace) => {
      const found = kind === 'ClusterRole' ? clusterRoleCache.get(undefined, name) : roleCache.get(namespace, name);
      return found === undefined ? undefined : ((found.object as Role | ClusterRole).rules ?? []);
    },
  });
}

function allowedBy({ binding, subject }: Grant): string {
  const { name, namespace } = binding.metadata as { readonly name: string; readonly namespace?: string };
  const { kind, name: role } = binding.roleRef;
  const who =
    subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace || (namespace ?? '')}` : subject.name;
  const path = namespace === undefined ? name : `${name}/${namespace}`;
  const to = `of ${kind} ${JSON.stringify(role)} to ${subject.kind} ${JSON.stringify(who)}`;
  return `allowed by ${binding.kind} ${JSON.stringify(path)} ${to}`;
}

function missingRole({ kind, name }: RoleRef): string {
  return `${kind.toLowerCase()}.${rbacGroup} ${JSON.stringify(name)} not found`;
}

/** Several errors as one text. */
export function joined(errors: readonly string[]): string {
  return errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`;
}
