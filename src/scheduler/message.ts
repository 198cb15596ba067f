/** "0/3 nodes are available: 1 Insufficient cpu, 2 Too many pods.", as upstream counts and sorts it (spec:
 *  nodes-and-scheduling.md section 7.6). */
export function nodesMessage(nodes: number, reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${nodes} nodes are available: ${parts.join(', ')}.`;
}

const lengthMax = 1024;
const cut = ' ...';

/** An event's text, cut to what may be stored. */
export function eventMessage(message: string): string {
  return message.length <= lengthMax ? message : message.slice(0, lengthMax - cut.length) + cut;
}
