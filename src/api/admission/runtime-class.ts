import { apiErrors } from '#kinds/meta/errors.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { AdmissionPlugin } from './chain.ts';
import { asPod, createsPod } from './pods.ts';

/** Refuses pods that ask for a runtime class (spec: api.md section 18): there are none, so the one named is not found, as on
 *  any cluster where nobody made it. */
export const runtimeClass: AdmissionPlugin = {
  name: 'RuntimeClass',
  handles: createsPod,
  admit: (draft, { name }) => {
    const { runtimeClassName, overhead } = asPod(draft).spec;
    if (runtimeClassName !== undefined) {
      throw apiErrors.forbidden(pods, name, `pod rejected: RuntimeClass ${JSON.stringify(runtimeClassName)} not found`);
    }
    if (overhead !== undefined) {
      const why = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead';
      throw apiErrors.forbidden(pods, name, why);
    }
  },
};
