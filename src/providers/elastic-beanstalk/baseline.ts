import { Type, type Static } from 'typebox';

const Moment = Type.Integer({ description: 'Milliseconds since 1970, by the clock of AWS' });

/** An instance and the deployment that it ran before the first write. */
const BaselineInstance = Type.Object({
  id: Type.String(),
  label: Type.Optional(Type.String()),
  deploymentId: Type.Optional(Type.Integer()),
});

/** An option setting that the deployment changes. */
const BaselineOption = Type.Object({
  namespace: Type.String(),
  name: Type.String(),
  before: Type.Optional(
    Type.String({ description: 'Its value before, which may be a secret; absent when it was not set' }),
  ),
});

/** What ran before, with all that the plans need; plans are rebuilt from this alone. */
export const Baseline = Type.Object(
  {
    environmentId: Type.String({ description: 'Names are used again after a termination, ids never' }),
    label: Type.Optional(Type.String({ description: 'Version label before the deployment' })),
    health: Type.String({ description: 'Normalised health word before the deployment' }),
    platform: Type.String(),
    tier: Type.String(),
    updatedAtMs: Moment,
    anchorMs: Moment,
    reporting: Type.Union([Type.Literal('basic'), Type.Literal('enhanced')]),
    policy: Type.String({ description: 'DeploymentPolicy of the environment' }),
    commandTimeoutS: Type.Integer(),
    batchSize: Type.Integer(),
    batchType: Type.String(),
    evaluationMinutes: Type.Integer(),
    instances: Type.Array(BaselineInstance),
    rollback: Type.Object({
      proof: Type.Union([Type.Literal('proven'), Type.Literal('unproven'), Type.Literal('none')], {
        description: 'Whether the bundle of the version to go back to was seen in S3',
      }),
      reason: Type.Optional(Type.String({ description: 'Why there is no proof or no way back' })),
      bucket: Type.Optional(Type.String()),
      key: Type.Optional(Type.String()),
    }),
    options: Type.Optional(Type.Array(BaselineOption, { description: 'Option settings to change' })),
    pair: Type.Optional(
      Type.Object(
        { live: Type.String(), idle: Type.String(), cname: Type.String() },
        { description: 'Names of the environments of a blue/green target, and the CNAME of its traffic' },
      ),
    ),
    origin: Type.Optional(
      Type.String({
        description:
          'Name of the environment that all of this is about, when the one of the target is missing',
      }),
    ),
  },
  { description: 'What an Elastic Beanstalk environment ran before a deployment' },
);

export type Baseline = Static<typeof Baseline>;

/** Highest deployment id that an instance had before the deployment; 0 when none was seen. */
export function highestDeploymentId(baseline: Baseline): number {
  return Math.max(0, ...baseline.instances.map((instance) => instance.deploymentId ?? 0));
}
