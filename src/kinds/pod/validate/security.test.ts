import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validatePod } from '#kinds/pod/validate/pod.ts';
import { container, lines, newPod } from '#kinds/test-objects.ts';
import { subdomainText } from '#kinds/test-texts.ts';

const sysctlText =
  'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const sysctl = (name: string) => ({ name, value: '1' });
const runAs = (runAsUserName: string) => ({ securityContext: { windowsOptions: { runAsUserName } } });
const user = 'spec.securityContext.windowsOptions.runAsUserName';

type Body = { readonly [field: string]: unknown };

/** Pods and what upstream's rules say of them. */
const refused: readonly { readonly name: string; readonly spec: Body; readonly errors: readonly string[] }[] = [
  {
    name: 'settings of the kernel',
    spec: {
      hostNetwork: true,
      hostIPC: true,
      securityContext: {
        sysctls: [
          '',
          'A',
          'A',
          'kernel.domainname',
          'kernel.domainname',
          'net/ipv4/x',
          'kernel.shm_other',
          'kernel.sem',
          'fs.mqueue.a',
        ].map(sysctl),
      },
    },
    errors: [
      'spec.securityContext.sysctls[0].name: Required value',
      `spec.securityContext.sysctls[1].name: Invalid value: "A": ${sysctlText}`,
      `spec.securityContext.sysctls[2].name: Invalid value: "A": ${sysctlText}`,
      'spec.securityContext.sysctls[4].name: Duplicate value: "kernel.domainname"',
      'spec.securityContext.sysctls[5].name: Invalid value: "net/ipv4/x": may not be specified when \'hostNetwork\' is true',
      'spec.securityContext.sysctls[7].name: Invalid value: "kernel.sem": may not be specified when \'hostIPC\' is true',
      'spec.securityContext.sysctls[8].name: Invalid value: "fs.mqueue.a": may not be specified when \'hostIPC\' is true',
    ],
  },
  {
    name: 'mounting by label, whose switch is off',
    spec: { securityContext: { seLinuxChangePolicy: 'MountOption', supplementalGroupsPolicy: 'Odd' } },
    errors: [
      'spec.securityContext.seLinuxChangePolicy: Unsupported value: "MountOption": supported values: "Recursive"',
      'spec.securityContext.supplementalGroupsPolicy: Unsupported value: "Odd": supported values: "Merge", "Strict"',
    ],
  },
  {
    name: 'users of its own beside what belongs to the node',
    spec: {
      hostUsers: false,
      hostNetwork: true,
      hostPID: true,
      hostIPC: true,
      containers: [{ ...container, volumeDevices: [{ name: 'd', devicePath: '/dev/x' }] }],
      volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'c' } }],
    },
    errors: ['hostNetwork', 'HostPID', 'HostIPC', 'containers[0].volumeDevices'].map(
      (field) => `spec.${field}: Forbidden: when \`hostUsers\` is false`,
    ),
  },
  {
    name: 'credentials on Windows',
    spec: {
      securityContext: { windowsOptions: { gmsaCredentialSpecName: 'A', gmsaCredentialSpec: '' } },
      containers: [{ ...container, securityContext: { windowsOptions: { gmsaCredentialSpec: 'x'.repeat(65537) } } }],
    },
    errors: [
      `spec.securityContext.windowsOptions.gmsaCredentialSpecName: Invalid value: "A": ${subdomainText}`,
      'spec.securityContext.windowsOptions.gmsaCredentialSpec: Invalid value: "": gmsaCredentialSpec cannot be an empty string',
      `spec.containers[0].securityContext.windowsOptions.gmsaCredentialSpec: Invalid value: "${'x'.repeat(65537)}": gmsaCredentialSpec size must be under 64 KiB`,
    ],
  },
  { name: 'nobody', spec: runAs(''), errors: [`${user}: Invalid value: "": runAsUserName cannot be an empty string`] },
  {
    name: 'a user with a bell',
    spec: runAs('a\x07'),
    errors: [`${user}: Invalid value: "a\\a": runAsUserName cannot contain control characters`],
  },
  {
    name: 'a domain in a domain',
    spec: runAs('a\\b\\c'),
    errors: [`${user}: Invalid value: "a\\\\b\\\\c": runAsUserName cannot contain more than one backslash`],
  },
  {
    name: 'a domain that is none, and a user of dots',
    spec: runAs('.a\\..'),
    errors: [
      `${user}: Invalid value: ".a\\\\..": runAsUserName's Domain doesn't match the NetBios nor the DNS format`,
      `${user}: Invalid value: ".a\\\\..": runAsUserName's User cannot contain only periods or spaces`,
    ],
  },
  {
    name: 'a domain and a user that are too long',
    spec: runAs(`${'d'.repeat(256)}\\${'u'.repeat(105)}`),
    errors: [
      `${user}: Invalid value: "${'d'.repeat(256)}\\\\${'u'.repeat(105)}": runAsUserName's Domain length must be under 256 characters`,
      `${user}: Invalid value: "${'d'.repeat(256)}\\\\${'u'.repeat(105)}": runAsUserName's Domain doesn't match the NetBios nor the DNS format`,
      `${user}: Invalid value: "${'d'.repeat(256)}\\\\${'u'.repeat(105)}": runAsUserName's User length must not be longer than 104 characters`,
    ],
  },
  {
    name: 'a domain without a user, and a user with a comma',
    spec: {
      ...runAs('d\\'),
      containers: [{ ...container, securityContext: { windowsOptions: { runAsUserName: 'a,b' } } }],
    },
    errors: [
      `${user}: Invalid value: "d\\\\": runAsUserName's User cannot be empty`,
      'spec.containers[0].securityContext.windowsOptions.runAsUserName: Invalid value: "a,b": runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]',
    ],
  },
  {
    name: 'processes of the host beside others, and not on its network',
    spec: {
      securityContext: { windowsOptions: { hostProcess: true } },
      containers: [container, { name: 'b', image: 'b:1', securityContext: { windowsOptions: { hostProcess: false } } }],
    },
    errors: [
      'spec.containers[1].securityContext.windowsOptions.hostProcess: Invalid value: false: pod hostProcess value must be identical if both are specified, was true',
      'spec: Invalid value: "": If pod contains any hostProcess containers then all containers must be HostProcess containers',
      'spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers',
    ],
  },
];

for (const { name, spec, errors } of refused) {
  test(`refused by upstream's rules: ${name}`, () => {
    assert.deepEqual([...lines(validatePod(newPod(spec)))].sort(), [...errors].sort());
  });
}

test('host processes on the host network are fine, and so is a user of a domain', () => {
  const windowsOptions = { hostProcess: true, runAsUserName: 'NT AUTHORITY\\SYSTEM' };
  const spec = { os: { name: 'windows' }, hostNetwork: true, securityContext: { windowsOptions } };
  assert.deepEqual(lines(validatePod(newPod(spec))), []);
});
