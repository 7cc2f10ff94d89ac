/** Who has to act: the caller who asked, the author of the version, the people of the cloud, or ours. */
export type Blame = 'request' | 'release' | 'platform' | 'operator';

/** What went wrong, as data: stored, shown and sent; never thrown. */
export interface Failure {
  readonly code: string;
  readonly title: string;
  readonly blame: Blame;
  /** What was seen, in one or two sentences with names and numbers. */
  readonly detail: string;
  /** What to do next. */
  readonly hint: string;
  /** The deployment ends with this state instead of `failed`; `superseded` also forbids a rollback. */
  readonly ends?: 'cancelled' | 'expired' | 'superseded';
}

interface Row {
  readonly title: string;
  readonly blame: Blame;
  readonly hint: string;
  readonly ends?: 'cancelled' | 'expired' | 'superseded';
}

/** Every failure that Beanpod itself can report. Providers outside this repository bring their own rows. */
export const FAILURES = {
  'deployment.cancelled': {
    title: 'The deployment was cancelled',
    blame: 'request',
    hint: 'Deploy again when you want this version to run.',
    ends: 'cancelled',
  },
  'deployment.superseded': {
    title: 'A newer deployment took its place in line',
    blame: 'request',
    hint: 'Follow the newer deployment; deploy again if you want this version after all.',
    ends: 'superseded',
  },
  'deployment.expired': {
    title: 'The deployment waited longer than its queue deadline',
    blame: 'operator',
    hint: 'Look at what holds the target and at the number of workers, then deploy again.',
    ends: 'expired',
  },
  'deployment.poison': {
    title: 'The deployment brought down every worker that took it',
    blame: 'operator',
    hint: 'Read the service log of the lost workers before you deploy this again.',
  },
  'deployment.deadline': {
    title: 'The deployment did not get past this point in time',
    blame: 'platform',
    hint: 'Look at the last lines of the log for what it waited for; raise the deadline only if that is normal.',
  },
  'internal.step-crashed': {
    title: 'A step failed again and again with an unexpected error',
    blame: 'operator',
    hint: 'The service log has the error under this deployment id; report it if it is a defect of Beanpod.',
  },
  'provider.unknown': {
    title: 'No worker knows the provider of this target',
    blame: 'operator',
    hint: 'List the provider in the configuration of the workers and deploy again.',
  },
  'provider.spec-invalid': {
    title: 'The target no longer fits the schema of its provider',
    blame: 'operator',
    hint: 'Correct the target and deploy again.',
  },
  'plan.changed': {
    title: 'The plan of this deployment differs from the one that it started with',
    blame: 'operator',
    hint: 'Beanpod was upgraded in the middle of the deployment; deploy again.',
  },
  'target.changed-elsewhere': {
    title: 'Somebody else changed the target in the meantime',
    blame: 'request',
    hint: 'Agree on who deploys; Beanpod leaves the foreign change alone.',
    ends: 'superseded',
  },
  'rollback.nothing-before': {
    title: 'There is nothing to roll back to',
    blame: 'request',
    hint: 'No earlier version ran here. Deploy a good version; the target still runs the bad one.',
  },
  'rollback.version-gone': {
    title: 'The version to roll back to can no longer be deployed',
    blame: 'operator',
    hint: 'Restore its artifact or deploy a good version by hand.',
  },
  'health.degraded': {
    title: 'The platform reports the new version as unhealthy',
    blame: 'release',
    hint: 'Read the causes and the log lines of the instances below.',
  },
  'health.unknown': {
    title: 'The health of the new version could not be established in time',
    blame: 'platform',
    hint: 'Check why the platform reports no health for this target; unknown health is never a success.',
  },
  'health.flapping': {
    title: 'The new version did not stay healthy',
    blame: 'release',
    hint: 'Look for restarts or failing requests shortly after the start.',
  },
  'check.failed': {
    title: 'A check of the target failed',
    blame: 'release',
    hint: 'Call the address of the check yourself; the last answer is in the log.',
  },
  'check.forbidden': {
    title: 'A check points to an address that Beanpod must not call',
    blame: 'operator',
    hint: 'Use a public address, or add its network to BEANPOD_CHECK_NETWORKS on the workers.',
  },
  'eb.environment-missing': {
    title: 'The Elastic Beanstalk environment was not found, or is hidden from these credentials',
    blame: 'operator',
    hint: 'Check the name, the region and the rights; an empty answer can also mean missing permission.',
  },
  'eb.environment-mismatch': {
    title: 'The Elastic Beanstalk environment is not what the target says',
    blame: 'operator',
    hint: 'Correct application, environment or tier of the target.',
  },
  'eb.environment-not-ready': {
    title: 'The Elastic Beanstalk environment did not become Ready',
    blame: 'platform',
    hint: 'See the events of the environment in the AWS console; another operation may hold it.',
  },
  'eb.environment-gone': {
    title: 'The Elastic Beanstalk environment is being terminated',
    blame: 'platform',
    hint: 'Rebuild the environment, then deploy again.',
  },
  'eb.access-denied': {
    title: 'AWS refused the call',
    blame: 'operator',
    hint: 'Add the permission that the message names to the role of the workers.',
  },
  'eb.request-invalid': {
    title: 'AWS refused the request as invalid',
    blame: 'request',
    hint: 'Correct what the message names and deploy again.',
  },
  'eb.quota': {
    title: 'An AWS quota is used up',
    blame: 'operator',
    hint: 'Remove unused application versions or raise the quota.',
  },
  'eb.version-conflict': {
    title: 'The version label exists with another bundle',
    blame: 'request',
    hint: 'Use a new version name; a label is never overwritten.',
  },
  'eb.version-failed': {
    title: 'Elastic Beanstalk could not process the application version',
    blame: 'release',
    hint: 'Check .ebextensions and env.yaml of the bundle, then build a new version.',
  },
  'eb.bundle-missing': {
    title: 'The source bundle was not found',
    blame: 'request',
    hint: 'Upload the bundle, or correct bucket and key, and deploy again.',
  },
  'eb.bundle-invalid': {
    title: 'The source bundle cannot be deployed',
    blame: 'release',
    hint: 'Build the bundle again as the message says.',
  },
  'eb.image-unsupported': {
    title: 'The platform of the environment does not run container images',
    blame: 'request',
    hint: 'Deploy a source bundle, or use an environment with a Docker or ECS platform.',
  },
  'eb.image-mutable': {
    title: 'The image is named by a tag that moves',
    blame: 'request',
    hint: 'Name the image by its digest, so that a rollback brings back the old one; or set allowMutableTag on the target.',
  },
  'eb.update-failed': {
    title: 'Elastic Beanstalk could not deploy the version',
    blame: 'release',
    hint: 'Read the first error event and the log lines of the instances below.',
  },
  'eb.update-partial': {
    title: 'Some instances do not run the new version',
    blame: 'platform',
    hint: 'Elastic Beanstalk called the update complete although the named instances differ; look at them.',
  },
  'eb.update-timeout': {
    title: 'The update of the environment took longer than its deployment policy allows',
    blame: 'platform',
    hint: 'Look at the last events; raise the command timeout of the environment if deployments are slow.',
  },
  'k8s.autoscaler-blind': {
    title: 'The autoscaler cannot find what it scales',
    blame: 'release',
    hint: 'Correct scaleTargetRef or the selector of the HorizontalPodAutoscaler.',
  },
  'k8s.backend-missing': {
    title: 'An Ingress sends traffic to a Service that does not exist',
    blame: 'release',
    hint: 'Correct the name of the backend, or deploy the Service with it.',
  },
  'k8s.config-missing': {
    title: 'A container lacks configuration that it refers to',
    blame: 'release',
    hint: 'Create the ConfigMap, Secret or key that the message names, or correct the reference.',
  },
  'k8s.container-start': {
    title: 'A container could not be started',
    blame: 'release',
    hint: 'Check command, arguments, permissions and architecture of the image.',
  },
  'k8s.crash-loop': {
    title: 'The new version crashes again and again',
    blame: 'release',
    hint: 'Read the last lines of the container that crashed, below.',
  },
  'k8s.exits': {
    title: 'A container that should keep running ends by itself',
    blame: 'release',
    hint: 'Keep the process in the foreground, or deploy it as a Job.',
  },
  'k8s.image-denied': {
    title: 'The registry refuses the image',
    blame: 'operator',
    hint: 'Check the name of the image and the imagePullSecrets of the pods or the rights of the nodes.',
  },
  'k8s.image-invalid': {
    title: 'The image cannot be used as it is named',
    blame: 'release',
    hint: 'Correct the image reference or the pull policy.',
  },
  'k8s.image-not-found': {
    title: 'The image does not exist',
    blame: 'release',
    hint: 'Check repository and tag, and that the build has pushed the image for the platform of the nodes.',
  },
  'k8s.image-unavailable': {
    title: 'The image could not be pulled for a long time',
    blame: 'platform',
    hint: 'Check the registry and the network of the nodes, then deploy again.',
  },
  'k8s.job-failed': {
    title: 'A Job of the deployment failed',
    blame: 'release',
    hint: 'Read the last lines of its pods, below.',
  },
  'k8s.mount-failed': {
    title: 'A volume of a pod could not be mounted',
    blame: 'release',
    hint: 'Create what the message names, or free the volume from the pod that holds it.',
  },
  'k8s.not-ready': {
    title: 'No pod of the new version became ready',
    blame: 'release',
    hint: 'Call the address of the readiness probe inside a pod; its last answer is below.',
  },
  'k8s.object-missing': {
    title: 'An object of the deployment is gone',
    blame: 'platform',
    hint: 'Find out who deleted it (audit log of the cluster), then deploy again.',
  },
  'k8s.object-replaced': {
    title: 'An object of the deployment was replaced by somebody else',
    blame: 'platform',
    hint: 'Agree on who deploys it, then deploy again.',
  },
  'k8s.out-of-memory': {
    title: 'The new version runs out of memory',
    blame: 'release',
    hint: 'Raise the memory limit of the container, or make it need less.',
  },
  'k8s.pod-failed': {
    title: 'A pod of the deployment ended and nothing replaces it',
    blame: 'release',
    hint: 'Deploy it through a Deployment, so that it survives its node; its last lines are below.',
  },
  'k8s.pods-refused': {
    title: 'The API server refuses the pods of the new version',
    blame: 'release',
    hint: 'Correct what the message names: a policy, a webhook or a field of the pod template.',
  },
  'k8s.quota': {
    title: 'A quota of the namespace leaves no room for the new pods',
    blame: 'operator',
    hint: 'Raise the ResourceQuota, or request less, or let the rollout free a pod first (maxUnavailable).',
  },
  'k8s.resource-failed': {
    title: 'A resource of the deployment reports that it failed',
    blame: 'release',
    hint: 'Read its condition above and the log of the controller that looks after it.',
  },
  'k8s.rollout-stuck': {
    title: 'The rollout made no progress within its deadline',
    blame: 'release',
    hint: 'Read what the new pods wait for, below; raise progressDeadlineSeconds only if that is normal.',
  },
  'k8s.service-without-pods': {
    title: 'A Service selects no pod',
    blame: 'release',
    hint: 'Correct its selector, or set the annotation beanpod.dev/await-endpoints to "false" if that is meant.',
  },
  'k8s.unschedulable': {
    title: 'No node can run the new pods',
    blame: 'operator',
    hint: 'Request less, correct the node selector or tolerations, or add nodes.',
  },
  'k8s.volume-lost': {
    title: 'A volume claim has no volume',
    blame: 'platform',
    hint: 'Check the storage class and its provisioner.',
  },
} as const satisfies Record<string, Row>;

export type FailureCode = keyof typeof FAILURES;

/** A failure of the catalogue with what was seen this time. */
export function failure(code: FailureCode, detail: string): Failure {
  return { code, ...FAILURES[code], detail };
}
