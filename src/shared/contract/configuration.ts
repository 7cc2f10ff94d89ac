import { Type, type Static } from 'typebox';
import { TierName } from './blocker.js';
import { CLONE_FACTS } from './clone.js';
import { closed, EnvironmentName, Milliseconds, ServiceName, Text } from './names.js';
import { NAME_PATTERN } from '../domain/ids.js';
import { NodePortOffset, TemplateParameters } from './parameters.js';
import { Policy, Verify } from './policy.js';

export const Service = Type.Object(
  {
    description: Type.Optional(Text('What the service does', 'The API of the shop')),
    repository: Type.Optional(Text('Where its code lives', 'https://git.example.com/shop/api')),
  },
  { ...closed, description: 'A deployable unit' },
);

export const Environment = Type.Object(
  {
    description: Type.Optional(Text('What the environment is for', 'Last stop before production')),
    concurrency: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: 'Most deployments that run in it at once',
        examples: [5],
      }),
    ),
    tier: Type.Optional(TierName),
    region: Type.Optional(
      Type.String({
        pattern: NAME_PATTERN,
        description: 'Region that templates know as {{region}}',
        examples: ['eu-west-1'],
      }),
    ),
    parameters: Type.Optional(TemplateParameters),
    nodePortOffset: Type.Optional(NodePortOffset),
    live: Type.Optional(
      Type.Object(
        {
          exec: Type.Optional(
            Type.Boolean({
              default: false,
              description: 'Whether those with the right may open shells in its containers',
              examples: [true],
            }),
          ),
        },
        { ...closed, description: 'What may be done to what runs' },
      ),
    ),
    approvals: Type.Optional(
      Type.Object(
        {
          count: Type.Integer({
            minimum: 1,
            maximum: 10,
            description: 'People who must approve',
            examples: [1],
          }),
          byAuthor: Type.Optional(
            Type.Boolean({
              default: false,
              description: 'Whether whoever asked for the deployment or wrote its version counts',
              examples: [false],
            }),
          ),
          knownAuthors: Type.Optional(
            Type.Boolean({
              default: false,
              description:
                'Whether approvals count only where it is known which person here wrote the version, so that nobody can approve of their own under a name that nobody knows',
              examples: [false],
            }),
          ),
          expiresInMs: Type.Optional(
            Milliseconds(
              'How long it waits for them before it ends expired',
              60_000,
              30 * 86_400_000,
              86_400_000,
            ),
          ),
        },
        { ...closed, description: 'Approvals before a deployment may start' },
      ),
    ),
  },
  { ...closed, description: 'A place that people name' },
);

/** `spec` is judged by the schema of its provider in a second look, so that its errors are few and exact. */
export const Target = Type.Object(
  {
    provider: Type.String({
      pattern: '^[a-z][a-z0-9-]{0,62}$',
      description: 'Kind of provider',
      examples: ['elastic-beanstalk'],
    }),
    spec: Type.Object(
      {},
      {
        additionalProperties: true,
        description: 'What the provider needs to know',
        examples: [{ application: 'shop', environment: 'shop-staging', region: 'eu-central-1' }],
      },
    ),
    account: Type.Optional(
      Type.String({
        pattern: NAME_PATTERN,
        description: 'Cloud account whose limit counts its deployments; the provider when absent',
        examples: ['aws-production'],
      }),
    ),
    policy: Type.Optional(Policy),
    verify: Type.Optional(Verify),
  },
  { ...closed, description: 'A service in an environment: where and how it is deployed' },
);

export type Service = Static<typeof Service>;
export type Environment = Static<typeof Environment>;
export type Target = Static<typeof Target>;

export const ServiceView = Type.Object(
  { service: ServiceName, ...Service.properties },
  { description: 'A service as it is configured' },
);

export const EnvironmentView = Type.Object(
  { environment: EnvironmentName, ...Environment.properties, ...CLONE_FACTS },
  { description: 'An environment as it is configured' },
);

export const TargetView = Type.Object(
  { service: ServiceName, environment: EnvironmentName, ...Target.properties },
  { description: 'A target as it is configured' },
);

export type ServiceView = Static<typeof ServiceView>;
export type EnvironmentView = Static<typeof EnvironmentView>;
export type TargetView = Static<typeof TargetView>;
