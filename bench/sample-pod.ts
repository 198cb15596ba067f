import type { New } from '#kinds/meta/object.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';

/** A pod as the Job controller makes them: about 3 KB once it is stored. */
export function samplePod(name: string, namespace = 'default'): New<Pod> {
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'job', uid: '0a0a0a0a-0000-4000-8000-000000000001' };
  return {
    metadata: {
      name,
      namespace,
      labels: { 'batch.kubernetes.io/controller-uid': owner.uid, 'job-name': 'job' },
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
    },
    spec: {
      restartPolicy: 'Never',
      containers: [
        {
          name: 'main',
          image: 'registry.example/tools/runner:2.4',
          command: ['sh', '-c', 'echo hello'],
          env: ['A', 'B', 'C', 'D'].map((letter) => ({ name: letter, value: 'a value of an ordinary length' })),
          resources: { requests: { cpu: '100m', memory: '64Mi' } },
        },
      ],
    },
  };
}
