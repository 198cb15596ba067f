import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { isPodReady } from '#kinds/pod/phase.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { TestCluster } from './cluster.ts';

/** Writes the manifest of a DaemonSet whose pods leave the number of their process in a file named after their node, and take
 *  `readySeconds` to be ready. Its path. (A dollar sign in a command is written twice.) */
export function daemonManifest(cluster: TestCluster, name: string, readySeconds: number): string {
  const file = path.join(cluster.dataDir, `${name}.yaml`);
  writeFileSync(
    file,
    `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: ${name}
spec:
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      terminationGracePeriodSeconds: 5
      containers:
        - name: main
          image: example.com/daemon:1
          command:
            - sh
            - -c
            - echo $$$$ >"${cluster.dataDir}/${name}.$NODE_NAME"; trap 'sleep 0.3; exit 0' TERM; while true; do sleep 0.1; done
          env:
            - name: NODE_NAME
              valueFrom:
                fieldRef:
                  fieldPath: spec.nodeName
          readinessProbe:
            initialDelaySeconds: ${readySeconds}
            periodSeconds: 1
            exec:
              command: ["true"]
`,
  );
  return file;
}

/** Where each pod is, or is to be: a pod for a node that takes it names that node from the start. */
export function nodeOf({ spec }: Pod): string {
  const terms =
    spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms?.flatMap(
      ({ matchFields = [] }) => matchFields.flatMap(({ values = [] }) => values),
    ) ?? [];
  return spec.nodeName ?? terms[0] ?? '';
}

export function imageOf({ spec }: Pod): string {
  return spec.containers[0]?.image ?? '';
}

/** The nodes that have a Ready pod which is not on its way out. */
export function readyNodes(pods: Iterable<Pod>): readonly string[] {
  return [...pods]
    .filter((pod) => pod.metadata.deletionTimestamp === undefined && isPodReady(pod))
    .map(nodeOf)
    .toSorted();
}
