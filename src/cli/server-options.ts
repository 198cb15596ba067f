import { type Config, completeConfig, logLevelOf, readConfigFile, tlsSanOf } from '#app/config.ts';
import type { Arguments, OptionSpecs } from './command.ts';
import { UsageError } from './command.ts';

/** The options of every command that serves the API. */
export const serverOptions: OptionSpecs = {
  'data-dir': {
    type: 'string',
    value: 'DIR',
    help: 'keeps the database, certificates and kubeconfig (default ~/.sampan)',
  },
  host: { type: 'string', value: 'ADDRESS', help: 'the address to listen on (default 127.0.0.1)' },
  port: { type: 'string', value: 'N', help: 'the port to listen on (default 6443; 0 takes a free one)' },
  'tls-san': {
    type: 'string',
    value: 'NAME,…',
    help: 'further host names and addresses the server is reached under, for its certificate',
  },
  kubeconfig: { type: 'string', value: 'FILE', help: 'where to write the kubeconfig (default DIR/kubeconfig)' },
  'token-auth-file': { type: 'string', value: 'FILE', help: 'bearer tokens: lines of token,user,uid,"group1,group2"' },
  'encryption-provider-config': {
    type: 'string',
    value: 'FILE',
    help: 'how to encrypt what is stored (apiserver.config.k8s.io/v1 EncryptionConfiguration)',
  },
  'audit-policy-file': {
    type: 'string',
    value: 'FILE',
    help: 'what to write in the audit log (audit.k8s.io/v1 Policy)',
  },
  'audit-log-path': { type: 'string', value: 'FILE', help: 'where to write the audit log; - is standard output' },
  'audit-log-maxsize': { type: 'string', value: 'MB', help: 'begins a new audit log after as much (default 0: never)' },
  'audit-log-maxbackup': { type: 'string', value: 'N', help: 'keeps so many old audit logs (default 0: all)' },
  'audit-log-maxage': { type: 'string', value: 'DAYS', help: 'keeps old audit logs so long (default 0: for ever)' },
  config: { type: 'string', value: 'FILE', help: 'a YAML file with the same choices (dataDir, port, nodes, …)' },
  'log-level': { type: 'string', value: 'LEVEL', help: 'debug, info, warn, error or silent (default warn)' },
};

const portMax = 65_535;

/** The configuration that the arguments, the file they name, and the defaults make together. */
export function configOf(args: Arguments): Config {
  const port = args.count('port', 0);
  if (port !== undefined && port > portMax) throw new UsageError(`--port ${port}: expected a port, at most ${portMax}`);
  const file = args.text('config');
  return completeConfig(
    {
      dataDir: args.text('data-dir'),
      host: args.text('host'),
      port,
      tlsSan: tlsSanOf(args.texts('tls-san')),
      kubeconfig: args.text('kubeconfig'),
      tokenAuthFile: args.text('token-auth-file'),
      encryptionProviderConfig: args.text('encryption-provider-config'),
      auditPolicyFile: args.text('audit-policy-file'),
      auditLogPath: args.text('audit-log-path'),
      auditLogMaxSize: args.count('audit-log-maxsize', 0),
      auditLogMaxBackup: args.count('audit-log-maxbackup', 0),
      auditLogMaxAge: args.count('audit-log-maxage', 0),
      nodes: args.count('nodes', 0),
      simulatedNodes: args.count('simulated-nodes', 0),
      logLevel: logLevelOf(args.text('log-level')),
    },
    file === undefined ? {} : readConfigFile(file),
  );
}
