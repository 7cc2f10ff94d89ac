import type { Container, PodSpec } from './manifests.js';

/** A rule that every pod keeps: what is wrong, or undefined. */
type Rule<T> = (subject: T) => string | undefined;

/**
 * Everything in a pod that breaks a rule, one sentence each. The rules are those of the restricted Pod Security
 * Standard, and our own: limits, probes where something listens, a fixed image, no token nobody needs.
 */
export function problemsOf(pod: PodSpec): readonly string[] {
  const problems = podRules.map((rule) => rule(pod));
  for (const container of pod.containers) {
    for (const rule of containerRules) {
      const problem = rule(container);
      if (problem !== undefined) problems.push(`${container.name}: ${problem}`);
    }
  }
  return problems.filter((problem) => problem !== undefined);
}

const allowedVolumes = ['configMap', 'emptyDir', 'persistentVolumeClaim', 'projected', 'secret'];

const podRules: readonly Rule<PodSpec>[] = [
  ({ securityContext }) => (securityContext?.runAsNonRoot ? undefined : 'may run as root'),
  ({ securityContext }) => ((securityContext?.runAsUser ?? 0) > 0 ? undefined : 'has no numbered user'),
  ({ securityContext }) =>
    securityContext?.seccompProfile?.type === 'RuntimeDefault' ? undefined : 'has no seccomp profile',
  ({ automountServiceAccountToken }) =>
    automountServiceAccountToken === false ? undefined : 'mounts a token',
  ({ serviceAccountName }) => (serviceAccountName ? undefined : 'uses the default service account'),
  ({ enableServiceLinks }) => (enableServiceLinks === false ? undefined : 'is given service links'),
  ({ terminationGracePeriodSeconds }) =>
    terminationGracePeriodSeconds === 45 ? undefined : 'has another grace period',
  ({ hostNetwork }) => (hostNetwork ? 'shares the network of the host' : undefined),
  ({ volumes = [] }) =>
    volumes.every((volume) =>
      Object.keys(volume).every((key) => key === 'name' || allowedVolumes.includes(key)),
    )
      ? undefined
      : 'mounts a kind of volume that is not allowed',
];

const containerRules: readonly Rule<Container>[] = [
  ({ image }) =>
    /(:\d+\.\d+\.\d+[\w.-]*|@sha256:[0-9a-f]{64})$/.test(image) ? undefined : `${image} is not fixed`,
  ({ securityContext }) =>
    securityContext?.allowPrivilegeEscalation === false ? undefined : 'may gain privileges',
  ({ securityContext }) =>
    securityContext?.readOnlyRootFilesystem ? undefined : 'may write its root file system',
  ({ securityContext }) =>
    securityContext?.capabilities?.drop?.includes('ALL') ? undefined : 'keeps capabilities',
  ({ resources }) => (resources?.limits?.['memory'] ? undefined : 'has no memory limit'),
  ({ resources }) =>
    resources?.requests?.['cpu'] && resources.requests['memory'] ? undefined : 'requests nothing',
  ({ ports, startupProbe, livenessProbe, readinessProbe }) =>
    ports === undefined || (startupProbe && livenessProbe && readinessProbe)
      ? undefined
      : 'listens without all probes',
];
