import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oldProfileWarnings } from '#kinds/pod/old-profiles.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { podWarnings } from '#kinds/pod/warnings.ts';
import { container, decoded, newPod } from '#kinds/test-objects.ts';
import type { Draft } from '#schema/type.ts';

const key = 'container.apparmor.security.beta.kubernetes.io/main';
const text = `metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`;

/** The profile of the container of a new pod, and what is said of its annotation. */
function made(annotation: string, spec: { readonly [field: string]: unknown } = {}, context?: object) {
  const body = {
    containers: [{ ...container, ...(context === undefined ? {} : { securityContext: context }) }],
    ...spec,
  };
  const metadata = { annotations: { [key]: annotation } };
  const draft = structuredClone(decoded(pods, { metadata, spec: body })) as Draft<Pod>;
  const profile = newPod(body, metadata).spec.containers[0]?.securityContext?.appArmorProfile;
  return { profile, said: oldProfileWarnings(draft) };
}

test('what a new pod says of AppArmor by annotation stands in the field, and upstream says so', () => {
  assert.deepEqual(made('unconfined'), { profile: { type: 'Unconfined' }, said: [text] });
  assert.deepEqual(made('localhost/x'), { profile: { type: 'Localhost', localhostProfile: 'x' }, said: [text] });
  assert.deepEqual(made('localhost/'), { profile: undefined, said: [text] });
  assert.deepEqual(made('localhost/ x'), { profile: undefined, said: [text] }, 'no good profile');
});

test('a field wins over the annotation, that of the pod only if both say the same', () => {
  const type = 'RuntimeDefault';
  assert.deepEqual(made('unconfined', {}, { appArmorProfile: { type } }), { profile: { type }, said: [] });
  const securityContext = { appArmorProfile: { type } };
  assert.deepEqual(made('runtime/default', { securityContext }), { profile: undefined, said: [] });
  assert.deepEqual(made('unconfined', { securityContext }).profile, { type: 'Unconfined' });
  assert.deepEqual(made('unconfined', { os: { name: 'windows' } }), { profile: undefined, said: [] });
});

test('the annotation of a template is told of unless the fields say the same', () => {
  const said = (annotation: string, spec: { readonly [field: string]: unknown }) => {
    const pod = decoded(pods, { spec: { containers: [container], ...spec } });
    const metadata = { ...pod.metadata, annotations: { [key]: annotation } };
    return podWarnings({ metadata, spec: pod.spec }, 'template').filter((one) => one.includes(key));
  };
  const securityContext = { appArmorProfile: { type: 'RuntimeDefault' } };
  assert.deepEqual(said('unconfined', {}), [`template.${text}`]);
  assert.deepEqual(said('unconfined', { securityContext }), [`template.${text}`]);
  assert.deepEqual(said('runtime/default', { securityContext }), []);
  assert.deepEqual(said('unconfined', { containers: [{ ...container, securityContext }] }), []);
});
