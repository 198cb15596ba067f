import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyText, securityFindings } from '#kinds/pod/security/level.ts';
import { podWith } from '#kinds/test-objects.ts';

function baseline(more: object, spec: object = {}, version = 'latest'): string {
  const policy = { level: 'baseline', version } as const;
  return policyText(policy, securityFindings(policy, podWith({ ...more }, { ...spec }))).replace(
    /^PodSecurity "\S*": /,
    '',
  );
}

test('each rule of baseline speaks for itself', () => {
  const set = (securityContext: object) => baseline({ securityContext });
  assert.equal(baseline({}), '');
  assert.equal(
    set({ procMount: 'Unmasked' }),
    'procMount (container "main" must not set securityContext.procMount to "Unmasked")',
  );
  assert.equal(
    set({ seccompProfile: { type: 'Unconfined' } }),
    'seccompProfile (container "main" must not set securityContext.seccompProfile.type to "Unconfined")',
  );
  assert.equal(
    set({ seLinuxOptions: { type: 'odd_t', user: 'u', role: 'r' } }),
    'seLinuxOptions (container "main" set forbidden securityContext.seLinuxOptions: type "odd_t"; user may not be set; role may not be set)',
  );
  assert.equal(
    set({ windowsOptions: { hostProcess: true } }),
    'hostProcess (container "main" must not set securityContext.windowsOptions.hostProcess=true)',
  );
  assert.equal(
    set({ appArmorProfile: { type: 'Unconfined' } }),
    'forbidden AppArmor profile (container "main" must not set AppArmor profile type to "Unconfined")',
  );
  const httpGet = { port: 80, host: 'elsewhere' };
  assert.equal(
    baseline({ livenessProbe: { httpGet } }),
    'probe or lifecycle host (container "main" uses probe or lifecycle host "elsewhere")',
  );
  assert.equal(baseline({ livenessProbe: { httpGet } }, {}, 'v1.33'), '', 'a rule that came later');
});

test('kernel parameters are safe since the version that says so', () => {
  const spec = {
    securityContext: {
      sysctls: [
        { name: 'net.ipv4.tcp_rmem', value: '1' },
        { name: 'kernel.msgmax', value: '1' },
      ],
    },
  };
  assert.equal(baseline({}, spec), 'forbidden sysctls (kernel.msgmax)');
  assert.equal(baseline({}, spec, 'v1.31'), 'forbidden sysctls (kernel.msgmax, net.ipv4.tcp_rmem)');
});
