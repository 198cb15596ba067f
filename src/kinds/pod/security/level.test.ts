import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyOf, policyText, securityFindings, warnPolicyOf } from '#kinds/pod/security/level.ts';
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
  assert.equal(baseline({}, spec, 'v1.31'), 'forbidden sysctls (net.ipv4.tcp_rmem, kernel.msgmax)');
});

function restricted(container: object, spec: object = {}, version = 'latest'): readonly string[] {
  const policy = { level: 'restricted', version } as const;
  return securityFindings(policy, podWith({ ...container }, { ...spec })).map(({ reason }) => reason);
}

test('level restricted asks what its version asked, and of rules in two strengths the stricter', () => {
  const all = ['allowPrivilegeEscalation != false', 'unrestricted capabilities', 'runAsNonRoot != true'];
  assert.deepEqual(restricted({}), [...all, 'seccompProfile']);
  assert.deepEqual(restricted({}, {}, 'v1.18'), [all[0], all[2]]);
  assert.deepEqual(restricted({}, {}, 'v1.7'), [all[2]]);
  const user = { securityContext: { runAsUser: 0, runAsNonRoot: true } };
  assert.deepEqual(restricted({}, user, 'v1.22'), [all[0], all[1], 'seccompProfile']);
  assert.deepEqual(restricted({}, user, 'v1.23'), [all[0], all[1], 'runAsUser=0', 'seccompProfile']);
  const added = { securityContext: { capabilities: { add: ['SYS_ADMIN'] } } };
  assert.deepEqual(restricted(added, {}, 'v1.21')[0], 'non-default capabilities');
});

test('a pod with users of its own may be root in them, since the version that knows it', () => {
  const spec = { hostUsers: false, securityContext: { runAsUser: 0 } };
  const unmasked = { securityContext: { procMount: 'Unmasked' } };
  assert.equal(restricted({}, spec).includes('runAsUser=0'), false);
  assert.equal(restricted({}, spec, 'v1.34').includes('runAsUser=0'), true);
  assert.equal(baseline(unmasked, spec), '');
  assert.match(baseline(unmasked, spec, 'v1.34'), /^procMount/);
  assert.deepEqual(restricted(unmasked, spec)[2], 'procMount');
});

test('profiles asked for by annotation are named with what was asked', () => {
  const annotated = (annotations: object, version: string) => {
    const pod = podWith({}, {});
    const judged = { ...pod, metadata: { ...pod.metadata, annotations: annotations as { [key: string]: string } } };
    return policyText({ level: 'baseline', version }, securityFindings({ level: 'baseline', version }, judged));
  };
  assert.equal(
    annotated({ 'container.apparmor.security.beta.kubernetes.io/main': 'bogus' }, 'latest'),
    'PodSecurity "baseline:latest": forbidden AppArmor profile (annotation must not set AppArmor profile type to ' +
      '"container.apparmor.security.beta.kubernetes.io/main="bogus"")',
  );
  const seccomp = { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' };
  assert.match(
    annotated(seccomp, 'v1.18'),
    /seccompProfile \(forbidden annotation seccomp.security.alpha.kubernetes.io\/pod="unconfined"\)$/,
  );
  assert.doesNotMatch(annotated(seccomp, 'v1.19'), /seccompProfile/);
});

test('what is enforced is warned of too, unless something else is asked for', () => {
  const labels = (entries: { readonly [mode: string]: string }) =>
    Object.fromEntries(Object.entries(entries).map(([mode, value]) => [`pod-security.kubernetes.io/${mode}`, value]));
  const enforced = { enforce: 'baseline', 'enforce-version': 'v1.20' };
  assert.deepEqual(warnPolicyOf(labels(enforced)), { level: 'baseline', version: 'v1.20' });
  const newer = labels({ ...enforced, 'warn-version': 'v1.30' });
  assert.deepEqual(warnPolicyOf(newer), { level: 'baseline', version: 'v1.30' });
  assert.equal(warnPolicyOf(labels({ ...enforced, warn: 'privileged' })).level, 'privileged');
  assert.equal(policyOf(labels({ enforce: 'odd' }), 'enforce').level, 'restricted', 'as strict as can be');
  assert.equal(warnPolicyOf(labels({ enforce: 'odd', warn: 'odd' })).level, 'privileged');
});
