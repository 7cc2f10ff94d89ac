import type { FailureRow } from './row.js';

/** What can go wrong on Kubernetes. */
export const KUBERNETES_FAILURES = {
  'k8s.access-denied': {
    title: 'The API server refuses the call',
    blame: 'operator',
    hint: 'Give the account of Beanpod the permission that the message names.',
  },
  'k8s.access-unusable': {
    title: 'The access to the cluster cannot be used as it is configured',
    blame: 'operator',
    hint: 'Correct the cluster of the target, or the secret that it refers to.',
  },
  'k8s.autoscaled': {
    title: 'An autoscaler decides on the number of pods',
    blame: 'request',
    hint: 'Change the limits of the autoscaler instead: it would undo any other number at once.',
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
  'k8s.conflict': {
    title: 'Fields of the set belong to somebody else',
    blame: 'request',
    hint: 'Agree on the owner of each field, then set conflicts of the target to take or leave; nothing was written.',
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
  'k8s.hook-failed': {
    title: 'A hook of the deployment failed',
    blame: 'release',
    hint: 'Read the log of the hook above; its Job is kept for a day.',
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
  'k8s.image-unmatched': {
    title: 'An image of the version fits no container',
    blame: 'request',
    hint: 'Name the repository in the manifests, or deploy to the right target.',
  },
  'k8s.job-failed': {
    title: 'A Job of the deployment failed',
    blame: 'release',
    hint: 'Read the last lines of its pods, below.',
  },
  'k8s.kind-unknown': {
    title: 'The cluster does not serve a kind of the set',
    blame: 'request',
    hint: 'Correct apiVersion and kind, or install what brings the kind.',
  },
  'k8s.manifest-invalid': {
    title: 'The manifests cannot be deployed',
    blame: 'request',
    hint: 'Correct the places that the message names; nothing was written.',
  },
  'k8s.mount-failed': {
    title: 'A volume of a pod could not be mounted',
    blame: 'release',
    hint: 'Create what the message names, or free the volume from the pod that holds it.',
  },
  'k8s.namespace-foreign': {
    title: 'The namespace belongs to somebody else',
    blame: 'request',
    hint: 'End the clone and make it under another name; a namespace without its label beanpod.dev/clone is neither used nor deleted.',
  },
  'k8s.namespace-missing': {
    title: 'A namespace of the set does not exist',
    blame: 'operator',
    hint: 'Create the namespace, or add it to the manifests.',
  },
  'k8s.node-port-unavailable': {
    title: 'The cluster cannot give a node port of the set',
    blame: 'request',
    hint: 'Set another nodePortOffset in the environment, or free the port; nothing was written.',
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
  'k8s.object-refused': {
    title: 'The API server refuses an object of the set',
    blame: 'request',
    hint: 'Correct what the message names and deploy again.',
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
  'k8s.permission-missing': {
    title: 'Beanpod lacks permissions that this deployment needs',
    blame: 'operator',
    hint: 'Grant the listed permissions to the account of Beanpod; nothing was written.',
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
  'k8s.restore-incomplete': {
    title: 'Not every object could be brought back',
    blame: 'operator',
    hint: 'Compare the named objects with the version before and correct them by hand.',
  },
  'k8s.rollout-stuck': {
    title: 'The rollout made no progress within its deadline',
    blame: 'release',
    hint: 'Read what the new pods wait for, below; raise progressDeadlineSeconds only if that is normal.',
  },
  'k8s.jolokia-missing': {
    title: 'The pod has no Jolokia agent',
    blame: 'request',
    hint: 'Say the port of the agent with the label beanpod.io/jolokia-port on the pod template.',
  },
  'k8s.jolokia-unusable': {
    title: 'The Jolokia agent did not answer as one',
    blame: 'release',
    hint: 'Check that the agent listens on the port of the label, and that its policy allows the request.',
  },
  'k8s.operation-unclear': {
    title: 'It is not clear what to do this to',
    blame: 'request',
    hint: 'Name one of the objects that the detail lists.',
  },
  'k8s.paused': {
    title: 'A rollout is paused',
    blame: 'request',
    hint: 'Resume it first, with POST …/live/resume or kubectl rollout resume; or set spec.paused in the manifest.',
  },
  'k8s.pod-alone': {
    title: 'Nothing would make the pod anew',
    blame: 'request',
    hint: 'Deploy the target again, or run the pod by a workload such as a Deployment.',
  },
  'k8s.pod-replaced': {
    title: 'The pod is no longer there',
    blame: 'request',
    hint: 'Look at the pods again and choose one that runs now.',
  },
  'k8s.service-without-pods': {
    title: 'A Service selects no pod',
    blame: 'release',
    hint: 'Correct its selector, or set the annotation beanpod.dev/await-endpoints to "false" if that is meant.',
  },
  'k8s.set-too-large': {
    title: 'The set is too large to be recorded',
    blame: 'request',
    hint: 'Split the set into several targets.',
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
} as const satisfies Record<string, FailureRow>;
