import type { User } from '#api/api.ts';
import type { ResourceInfo } from '#server/request-info.ts';

/** At most so many requests are worked on at once; the rest is told to come back (spec: api.md section 22.2). */
const placesMax = { reading: 400, mutating: 200, urgent: 100 } as const;

type Lane = keyof typeof placesMax;

/** Counts requests under way. Administrators are never turned away; what keeps nodes and leaders alive has places of its own, which
 *  no crowd of others can take. */
export class InFlight {
  private readonly taken: { [lane in Lane]: number } = { reading: 0, mutating: 0, urgent: 0 };

  /** A function that gives the place back, or undefined when all are taken. */
  enter(user: User, info: ResourceInfo): (() => void) | undefined {
    if (user.groups.includes('system:masters')) return () => {};
    const common: Lane = ['get', 'list', 'watch'].includes(info.verb) ? 'reading' : 'mutating';
    return (isUrgent(user, info) ? this.take('urgent') : undefined) ?? this.take(common);
  }

  private take(lane: Lane): (() => void) | undefined {
    if (this.taken[lane] >= placesMax[lane]) return undefined;
    this.taken[lane]++;
    let inside = true;
    return () => {
      if (inside) this.taken[lane]--;
      inside = false;
    };
  }
}

const leaders = new Set(['system:kube-controller-manager', 'system:kube-scheduler']);

/** A node that cannot say that it lives is taken for dead, and a leader that cannot loses its lead. */
function isUrgent({ name, groups }: User, { group, plural, namespace, verb }: ResourceInfo): boolean {
  const isLease = group === 'coordination.k8s.io' && plural === 'leases';
  if (groups.includes('system:nodes')) return isLease || (group === '' && plural === 'nodes');
  const leads = leaders.has(name) || groups.includes('system:serviceaccounts:kube-system');
  return isLease && leads && namespace === 'kube-system' && ['get', 'create', 'update', 'patch'].includes(verb);
}
