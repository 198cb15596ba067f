import { connect } from 'node:net';
import { type Address, type CheckResult, dialError, hostPort } from '#node/probes/check-result.ts';

/** Opens a connection and closes it again; success if that works before `signal` aborts. */
export function checkTcp(address: Address, signal: AbortSignal): Promise<CheckResult> {
  return new Promise((resolve) => {
    const socket = connect(address.port, address.host);
    const end = (result: CheckResult): void => {
      signal.removeEventListener('abort', late);
      socket.destroy();
      resolve(result);
    };
    const late = (): void => end({ outcome: 'failure', output: `dial tcp ${hostPort(address)}: i/o timeout` });
    signal.addEventListener('abort', late, { once: true });
    socket.on('connect', () => end({ outcome: 'success', output: '' }));
    socket.on('error', (error) => end({ outcome: 'failure', output: dialError(address, error) }));
  });
}
