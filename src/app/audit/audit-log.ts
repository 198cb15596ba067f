import { Auditor } from '#api/audit/auditor.ts';
import { type Config, ConfigError } from '#app/config.ts';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import { type LineTarget, LineWriter } from './line-writer.ts';
import { LogFile } from './log-file.ts';
import { readAuditPolicy } from './policy-file.ts';

/** The audit log of this process, open. */
export interface AuditLog {
  readonly auditor: Auditor;
  /** Writes what still waits. Nothing is written after that. */
  close(): Promise<void>;
}

type AuditConfig = Pick<
  Config,
  'auditPolicyFile' | 'auditLogPath' | 'auditLogMaxSize' | 'auditLogMaxBackup' | 'auditLogMaxAge'
>;

const bytesInMegabyte = 1024 * 1024;

/** Opens the audit log that the configuration asks for. Throws `ConfigError` for a policy or a path that is no good. */
export async function openAuditLog(
  config: AuditConfig,
  tools: { readonly clock: Clock; readonly log: Logger },
): Promise<AuditLog> {
  const { auditPolicyFile, auditLogPath } = config;
  if (auditPolicyFile === undefined) {
    throw new ConfigError(
      `Cannot audit to ${auditLogPath} without a policy: say what to write with --audit-policy-file`,
    );
  }
  if (auditLogPath === undefined) {
    throw new ConfigError(
      `Cannot audit by ${auditPolicyFile} without a log: name one with --audit-log-path (- is stdout)`,
    );
  }
  const policy = readAuditPolicy(auditPolicyFile);
  const target = auditLogPath === '-' ? standardOutput : await openFile(auditLogPath, config, tools.clock);
  const name = auditLogPath === '-' ? 'standard output' : `the audit log ${auditLogPath}`;
  const writer = new LineWriter({ ...tools, target, name });
  const auditor = new Auditor({ policy, clock: tools.clock, sink: (line) => writer.write(line) });
  return { auditor, close: () => writer.close() };
}

async function openFile(path: string, config: AuditConfig, clock: Clock): Promise<LogFile> {
  const file = new LogFile({
    path,
    bytesMax: config.auditLogMaxSize * bytesInMegabyte,
    backupsMax: config.auditLogMaxBackup,
    daysMax: config.auditLogMaxAge,
    clock,
  });
  try {
    await file.open();
  } catch (error) {
    throw new ConfigError(`Cannot write the audit log ${path}: ${(error as Error).message}`);
  }
  return file;
}

const standardOutput: LineTarget = {
  append: (bytes) =>
    new Promise((resolve, reject) => {
      process.stdout.write(bytes, (error) => (error ? reject(error) : resolve(bytes.length)));
    }),
  close: async () => {},
};
