import type { FailureRow } from './row.js';

/** What can go wrong on Elastic Beanstalk. */
export const ELASTIC_BEANSTALK_FAILURES = {
  'eb.restart-failed': {
    title: 'Elastic Beanstalk could not restart the processes',
    blame: 'platform',
    hint: 'Read the events and logs of the environment; restart it again, or replace the instance that failed.',
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
  'eb.options-invalid': {
    title: 'Elastic Beanstalk refuses the option settings of the target',
    blame: 'operator',
    hint: 'Correct the options that the message names in the spec of the target; nothing was changed.',
  },
  'eb.options-failed': {
    title: 'The environment did not come up with the changed option settings',
    blame: 'operator',
    hint: 'Look at the events of the environment, correct the options of the target and deploy again.',
  },
  'eb.pair-unfit': {
    title: 'The two environments of a blue/green target cannot take turns',
    blame: 'operator',
    hint: 'Correct blueGreen in the spec of the target, or the environments, as the message says.',
  },
  'eb.probe-failed': {
    title: 'The new version did not answer well on the own URL of its idle environment',
    blame: 'release',
    hint: 'Traffic was never moved. Look at the logs of the idle environment below, or correct the probe.',
  },
  'eb.swap-failed': {
    title: 'Elastic Beanstalk did not swap the CNAMEs',
    blame: 'platform',
    hint: 'Look at the last events of both environments and who holds the CNAME, then deploy again.',
  },
} as const satisfies Record<string, FailureRow>;
