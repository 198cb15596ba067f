/** The service by which programs in pods find the API server, and its address: the first of the range. */
export const kubernetesService = { namespace: 'default', name: 'kubernetes', clusterIP: '10.96.0.1' } as const;

/** Whether an object, of whatever kind, is of that service. */
export function isKubernetesService({
  namespace,
  name,
}: {
  readonly namespace: string;
  readonly name: string;
}): boolean {
  return namespace === kubernetesService.namespace && name === kubernetesService.name;
}
