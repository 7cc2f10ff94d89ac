import { defaultStack } from '../environment-life.js';
import { environmentOf } from '../operation.js';
import type { ApiOperation } from '../operation.js';

const stacks: readonly { readonly name: string; readonly files: readonly string[] }[] = [
  { name: defaultStack, files: [] },
  { name: '64bit Amazon Linux 2023 v4.3.0 running ECS', files: [] },
  { name: '64bit Amazon Linux 2023 v6.5.0 running Node.js 22', files: ['zip'] },
  { name: '64bit Amazon Linux 2023 v4.4.0 running Corretto 21', files: ['jar', 'zip'] },
];

/** Operations on platforms and on what an environment is made of. */
export const platformOperations: Readonly<Record<string, ApiOperation>> = {
  ListAvailableSolutionStacks: {
    mutates: false,
    handle: () => ({
      SolutionStacks: stacks.map(({ name }) => name),
      SolutionStackDetails: stacks.map(({ name, files }) => ({
        SolutionStackName: name,
        PermittedFileTypes: files,
      })),
    }),
  },
  DescribeEnvironmentManagedActions: {
    mutates: false,
    handle(site, { params }) {
      environmentOf(site, params);
      return { ManagedActions: [] };
    },
  },
  DescribeEnvironmentResources: {
    mutates: false,
    handle(site, { params }) {
      const environment = environmentOf(site, params);
      const group = `awseb-${environment.id}-stack-AWSEBAutoScalingGroup-1`;
      const queue = `https://sqs.${site.region}.amazonaws.com/${site.account}/awseb-${environment.id}-queue`;
      return {
        EnvironmentResources: {
          EnvironmentName: environment.name,
          AutoScalingGroups: [{ Name: group }],
          Instances: environment.instances.map(({ id }) => ({ Id: id })),
          LaunchConfigurations: [],
          LaunchTemplates: [],
          LoadBalancers: environment.tier === 'WebServer' ? [{ Name: `awseb-${environment.id}-alb` }] : [],
          Triggers: [],
          Queues: environment.tier === 'Worker' ? [{ Name: 'WorkerQueue', URL: queue }] : [],
        },
      };
    },
  },
};
