import type { AdmissionPlugin } from './chain.ts';
import { asPod, createsPod, type PodDraft, updatesPod } from './pods.ts';

const toleratedSeconds = 300;
const conditions = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** Pods outlast short troubles of their node unless they say how long themselves (spec: api.md section 18). */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  handles: (...asked) => createsPod(...asked) || updatesPod(...asked),
  admit: (draft) => tolerate(asPod(draft)),
};

function tolerate({ spec }: PodDraft): void {
  const given = spec.tolerations ?? [];
  const missing = conditions.filter(
    (condition) =>
      !given.some(
        ({ key = '', effect = '' }) => (key === condition || key === '') && (effect === 'NoExecute' || effect === ''),
      ),
  );
  if (missing.length === 0) return;
  const added = missing.map((key) => ({
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: toleratedSeconds,
  }));
  spec.tolerations = [...given, ...added];
}
