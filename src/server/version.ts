import process from 'node:process';

/** `GET /version` (spec: api.md section 3.4): the level of the Kubernetes API this server speaks. */
export const version = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.2+sampan',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-05-01T00:00:00Z',
  goVersion: `node ${process.version}`,
  compiler: 'node',
  platform: `${process.platform === 'win32' ? 'windows' : process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
} as const;
