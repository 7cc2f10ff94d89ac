import { Type, type Static } from 'typebox';

/** Where a service runs on Elastic Beanstalk: the settings of one target. Limits are those of the EB API reference. */
export const ElasticBeanstalkTarget = Type.Object(
  {
    application: Type.String({
      minLength: 1,
      maxLength: 100,
      pattern: '^[^/]+$',
      description: 'Name of the Elastic Beanstalk application',
      examples: ['shop'],
    }),
    environment: Type.String({
      minLength: 4,
      maxLength: 40,
      pattern: '^[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]$',
      description: 'Name of the Elastic Beanstalk environment; it must exist already',
      examples: ['shop-staging'],
    }),
    region: Type.String({
      pattern: '^[a-z]{2}(-[a-z]+)+-[0-9]$',
      description: 'AWS region of the environment',
      examples: ['eu-central-1'],
    }),
    bucket: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
        description:
          'Bucket for bundles, in the region of the environment; the default bucket of Elastic Beanstalk when absent',
        examples: ['shop-bundles'],
      }),
    ),
    keyPrefix: Type.Optional(
      Type.String({
        maxLength: 200,
        pattern: '^([A-Za-z0-9._-]+/)*$',
        description: 'Put before every object key; ends with a slash. Default beanpod/',
        examples: ['beanpod/'],
      }),
    ),
    labelPrefix: Type.Optional(
      Type.String({
        maxLength: 40,
        pattern: '^[A-Za-z0-9._-]*$',
        description:
          'Put before the version to make the version label; needed when several services share one application',
        examples: ['shop-api-'],
      }),
    ),
    process: Type.Optional(
      Type.Union([Type.Literal('auto'), Type.Literal('always'), Type.Literal('never')], {
        description:
          'Whether Elastic Beanstalk validates env.yaml and .ebextensions before the deployment; auto, the default, when the bundle has them',
        examples: ['auto'],
      }),
    ),
    acceptHealth: Type.Optional(
      Type.Array(Type.Union([Type.Literal('Ok'), Type.Literal('Info'), Type.Literal('Warning')]), {
        minItems: 1,
        uniqueItems: true,
        description:
          'Health that counts as healthy, Ok and Info by default; with Warning a degraded success is accepted. Yellow of basic health is Warning',
        examples: [['Ok', 'Info', 'Warning']],
      }),
    ),
    allowMutableTag: Type.Optional(
      Type.Boolean({
        description:
          'Accept images named by the tag latest or by none. A rollback may then pull the new image again',
        examples: [false],
      }),
    ),
    containerMemoryMiB: Type.Optional(
      Type.Integer({
        minimum: 4,
        maximum: 1048576,
        description: 'Hard memory limit of the container on ECS platforms, 512 by default',
        examples: [512],
      }),
    ),
    updateDeadlineMinutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1440,
        description: 'Longest time for one update; computed from the deployment policy when absent',
        examples: [30],
      }),
    ),
  },
  { additionalProperties: false, description: 'An existing Elastic Beanstalk environment' },
);

export type ElasticBeanstalkTarget = Static<typeof ElasticBeanstalkTarget>;

/** Types of artifact that a target of this kind can be given. */
export const ACCEPTED_ARTIFACTS = ['s3', 'bundle', 'image'] as const;

/** Health that counts as healthy when the target does not say. */
export const DEFAULT_ACCEPTED_HEALTH = ['Ok', 'Info'] as const;
