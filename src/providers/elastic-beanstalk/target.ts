import { createHash } from 'node:crypto';
import { Type, type Static } from 'typebox';

const Probe = Type.Object(
  {
    path: Type.String({
      maxLength: 2000,
      pattern: '^/',
      description: 'Path on the own URL of the idle environment',
      examples: ['/health'],
    }),
    status: Type.Optional(
      Type.Array(Type.Integer({ minimum: 100, maximum: 599 }), {
        minItems: 1,
        maxItems: 20,
        description: 'Accepted status codes, 200 by default',
        examples: [[200, 204]],
      }),
    ),
    bodyIncludes: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 500,
        description: 'Text that the answer must contain; {version} stands for the version',
        examples: ['{version}'],
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'HTTP request to the idle environment that must succeed before traffic moves',
    examples: [{ path: '/health' }],
  },
);

/** Two environments that take turns behind one CNAME. */
const BlueGreen = Type.Object(
  {
    environment: Type.String({
      minLength: 4,
      maxLength: 40,
      pattern: '^[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]$',
      description:
        'Name of the other environment; it is made from the configuration of the live one when missing',
      examples: ['shop-staging-b'],
    }),
    cname: Type.String({
      minLength: 4,
      maxLength: 253,
      pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9-]+)*$',
      description:
        'CNAME of the traffic: a prefix, or a whole host name. Whichever environment holds it is the live one',
      examples: ['shop-staging'],
    }),
    probe: Type.Optional(Probe),
  },
  {
    additionalProperties: false,
    description:
      'Deploy to the idle one of two environments, verify it on its own URL, then swap the CNAMEs; a rollback swaps them back',
    examples: [{ environment: 'shop-staging-b', cname: 'shop-staging', probe: { path: '/health' } }],
  },
);

/** What an environment is made from that the first deployment of its target finds missing. */
const MadeFrom = Type.Object(
  {
    environment: Type.String({
      minLength: 4,
      maxLength: 40,
      pattern: '^[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]$',
      description: 'Name of the environment whose configuration it gets',
      examples: ['shop-staging'],
    }),
    stamp: Type.String({
      pattern: '^[0-9a-z]{10,64}$',
      description:
        'Value of the tag beanpod:clone that it gets; without this tag it is neither deployed to nor terminated',
      examples: ['01kaqv9zc3h8m2x6y7w4t5r0pn'],
    }),
  },
  {
    additionalProperties: false,
    description: 'Make the environment by the first deployment; clones of environments have this',
    examples: [{ environment: 'shop-staging', stamp: '01kaqv9zc3h8m2x6y7w4t5r0pn' }],
  },
);

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
      description: 'Name of the Elastic Beanstalk environment; it must exist already, unless madeFrom is set',
      examples: ['shop-staging'],
    }),
    region: Type.String({
      pattern: '^[a-z]{2}(-[a-z]+)+-[0-9]$',
      description: 'AWS region of the environment',
      examples: ['eu-central-1'],
    }),
    credentials: Type.Optional(
      Type.String({
        pattern:
          '^(env:[A-Z_][A-Z0-9_]{0,127}|file:/.{1,500}|vault:.{1,500}|sealed:v1:.+|\\(sealed\\)|\\{[\\s\\S]+\\})$',
        maxLength: 20_000,
        writeOnly: true,
        description:
          'Credentials of AWS, JSON with access_key, secret_key and security_token, or a reference to it as Vault makes them; those of the worker when absent',
        examples: ['vault:aws/sts/deployer'],
      }),
    ),
    roleArn: Type.Optional(
      Type.String({
        maxLength: 2048,
        pattern: '^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$',
        description:
          'Role that workers assume for this target; the credentials of the worker itself when absent. The session is named after the deployment',
        examples: ['arn:aws:iam::123456789012:role/beanpod-shop'],
      }),
    ),
    externalId: Type.Optional(
      Type.String({
        minLength: 2,
        maxLength: 1224,
        pattern: '^[A-Za-z0-9_+=,.@:/-]+$',
        description: 'External id that the trust policy of the role asks for',
        examples: ['beanpod-7f3c1a'],
      }),
    ),
    bucket: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
        description:
          'Bucket for bundles, in the region of the environment; the default bucket of Elastic Beanstalk when absent',
        examples: ['shop-bundles'],
      }),
    ),
    bucketOwner: Type.Optional(
      Type.String({
        pattern: '^[0-9]{12}$',
        description:
          'Account that the bucket must belong to; for the default bucket of Elastic Beanstalk it is read from its name',
        examples: ['123456789012'],
      }),
    ),
    baseBundle: Type.Optional(
      Type.String({
        pattern: '^[0-9a-f]{64}$',
        description:
          'SHA-256 of an uploaded zip file into which the bundle of an image is made: its .ebextensions and .platform are kept, and ${BEANPOD_IMAGE} in its docker-compose.yml or Dockerrun.aws.json becomes the image',
        examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
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
    deploymentPolicy: Type.Optional(
      Type.Enum(['AllAtOnce', 'Rolling', 'RollingWithAdditionalBatch', 'Immutable', 'TrafficSplitting'], {
        description:
          'How Elastic Beanstalk reaches the instances; as the environment is configured when absent',
        examples: ['Immutable'],
      }),
    ),
    options: Type.Optional(
      Type.Record(
        Type.String({ maxLength: 100, pattern: '^aws:[A-Za-z0-9:._-]+$' }),
        Type.Record(Type.String({ maxLength: 255, pattern: '^[^/]+$' }), Type.String({ maxLength: 16_384 }), {
          additionalProperties: false,
          maxProperties: 200,
        }),
        {
          additionalProperties: false,
          maxProperties: 50,
          description:
            'Option settings by namespace and name. What differs is changed before the version is deployed and restored by a rollback; a value may be a reference to a secret',
          examples: [{ 'aws:elasticbeanstalk:application:environment': { LOG_LEVEL: 'info' } }],
        },
      ),
    ),
    blueGreen: Type.Optional(BlueGreen),
    madeFrom: Type.Optional(MadeFrom),
  },
  { additionalProperties: false, description: 'An existing Elastic Beanstalk environment' },
);

export type ElasticBeanstalkTarget = Static<typeof ElasticBeanstalkTarget>;

/** Types of artifact that a target of this kind can be given. */
export const ACCEPTED_ARTIFACTS = ['s3', 'bundle', 'image'] as const;

/** Health that counts as healthy when the target does not say. */
export const DEFAULT_ACCEPTED_HEALTH = ['Ok', 'Info'] as const;

/** Which clone a target is copied for. */
export interface CloneOf {
  readonly service: string;
  /** Name of the clone. */
  readonly environment: string;
  /** Marks what is made for it; no other clone ever has the same. */
  readonly stamp: string;
}

export type ClonedSpec =
  { readonly ok: true; readonly spec: ElasticBeanstalkTarget } | { readonly ok: false; readonly why: string };

// Names have at most 40 characters and are unique in an account and region.
const READABLE = 29;

/** The target of a clone: an environment of its own, made from that of the origin. */
export function cloneTarget(
  { blueGreen, ...spec }: ElasticBeanstalkTarget,
  { service, environment, stamp }: CloneOf,
): ClonedSpec {
  if (blueGreen !== undefined) {
    return { ok: false, why: 'takes turns between two environments (blueGreen), which cannot be cloned yet' };
  }
  const unique = createHash('sha256').update(`${stamp}/${service}`).digest('hex').slice(0, 10);
  const name = `${`${environment}-${service}`.slice(0, READABLE)}-${unique}`;
  return {
    ok: true,
    spec: { ...spec, environment: name, madeFrom: { environment: spec.environment, stamp } },
  };
}
