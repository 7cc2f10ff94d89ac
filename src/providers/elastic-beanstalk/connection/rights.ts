import { passed, unknown, type Finding } from '../../connection-check.js';
import type { Environment } from '../environment.js';
import { isUnsupported } from '../failures.js';
import type { Gateway } from '../gateway.js';
import type { ElasticBeanstalkTarget } from '../target.js';

/** Name of the check of all that changes something. */
export const WRITES = 'Rights to change';

/** What looks need. */
interface Site {
  readonly eb: Gateway;
  readonly target: ElasticBeanstalkTarget;
  /** The first of those that the target names and that are listed. */
  readonly environment: Environment | undefined;
}

interface RightLook {
  readonly check: string;
  look(site: Site, signal: AbortSignal): Promise<Finding>;
}

/** Asks whether a version of this label is there; none has it. */
const NO_LABEL = 'beanpod-connection';

/** Every call by which a deployment looks; each of them is made once. */
export function looksOf({ madeFrom }: ElasticBeanstalkTarget): readonly RightLook[] {
  return [
    right('DescribeApplicationVersions', ({ eb, target }, signal) =>
      eb.versions(target.application, [NO_LABEL], signal),
    ),
    right('DescribeEvents', ({ eb, target }, signal) =>
      eb.events({ application: target.application, newest: 1 }, signal),
    ),
    ofEnvironment('DescribeConfigurationSettings', ({ eb, target }, { name }, signal) =>
      eb.settings(target.application, name, signal),
    ),
    ofEnvironment('DescribeEnvironmentHealth', ({ eb }, { id }, signal) => eb.health(id, signal)),
    ofEnvironment('DescribeInstancesHealth', ({ eb }, { id }, signal) => eb.instances(id, signal)),
    ofEnvironment('RetrieveEnvironmentInfo', ({ eb }, { id }, signal) => eb.logs(id, 'tail', signal)),
    ...(madeFrom === undefined
      ? []
      : [
          ofEnvironment('ListTagsForResource', ({ eb }, { arn }, signal) =>
            eb.tag(arn, 'beanpod:clone', signal),
          ),
        ]),
  ];
}

function right(action: string, call: (site: Site, signal: AbortSignal) => Promise<unknown>): RightLook {
  return {
    check: `Right ${action}`,
    async look(site, signal) {
      await call(site, signal);
      return passed('It was used');
    },
  };
}

/** A right that only an environment can show; for the ones about health, basic reporting knows nothing and says so. */
function ofEnvironment(
  action: string,
  call: (site: Site, environment: Environment, signal: AbortSignal) => Promise<unknown>,
): RightLook {
  return {
    check: `Right ${action}`,
    async look(site, signal) {
      const { environment } = site;
      if (!environment)
        return unknown('It cannot be used while the environment is missing', 'Test again when it is there');
      try {
        await call(site, environment, signal);
        return passed('It was used');
      } catch (error) {
        if (!isUnsupported(error)) throw error;
        return passed('It was used; the environment has basic health reporting, which knows no more');
      }
    },
  };
}

const ALWAYS = [
  'elasticbeanstalk:CreateApplicationVersion',
  'elasticbeanstalk:UpdateEnvironment',
  'elasticbeanstalk:AbortEnvironmentUpdate',
  'elasticbeanstalk:RequestEnvironmentInfo',
  's3:PutObject',
  's3:GetObject',
];
const FOR_BLUE_GREEN = [
  'elasticbeanstalk:CreateConfigurationTemplate',
  'elasticbeanstalk:CreateEnvironment',
  'elasticbeanstalk:DeleteConfigurationTemplate',
  'elasticbeanstalk:SwapEnvironmentCNAMEs',
];
const FOR_CLONES = [
  'elasticbeanstalk:AddTags',
  'elasticbeanstalk:CreateEnvironment',
  'elasticbeanstalk:TerminateEnvironment',
];

/** AWS says only to whoever uses such a right whether they have it, so that nobody knows before the first deployment. */
export function unseenWrites({ blueGreen, bucket, madeFrom, roleArn }: ElasticBeanstalkTarget): Finding {
  const actions = [
    ...ALWAYS,
    ...(bucket === undefined ? ['elasticbeanstalk:CreateStorageLocation'] : []),
    ...(blueGreen === undefined ? [] : FOR_BLUE_GREEN),
    ...(madeFrom === undefined ? [] : FOR_CLONES),
  ];
  const who = roleArn ?? '<ARN of the user or role>';
  return unknown(
    `They cannot be seen without a change: ${actions.join(', ')}`,
    `Compare with the policy in docs/elastic-beanstalk.md, or have IAM tell: aws iam simulate-principal-policy --policy-source-arn ${who} --action-names ${actions.join(' ')}`,
  );
}
