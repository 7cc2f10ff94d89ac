import { Type, type Static } from 'typebox';
import { ImageDigests } from './artifact.js';
import { StateName } from './deployment-view.js';
import { DriftStatus } from './drift.js';
import { EnvironmentName, ServiceName, Text, Timestamp, VersionName } from './names.js';

const DeploymentId = (description: string) => Text(description, '01kaqv9zc3h8m2x6y7w4t5r0pn');

export const RunView = Type.Object(
  {
    version: Type.String({ description: 'Version that runs; empty when nobody knows', examples: ['118'] }),
    deployment: DeploymentId('Deployment that brought it there'),
    content: Type.String({
      description: 'Fingerprint of version, artifact, spec, policy and proofs',
      examples: ['q1T9…'],
    }),
    digests: Type.Optional(ImageDigests),
    since: Timestamp('Since when'),
    certain: Type.Boolean({
      description: 'false after a rollback that failed: nobody knows what is there',
      examples: [true],
    }),
  },
  { description: 'What runs on a target' },
);

export const SnapshotId = Type.String({
  pattern: '^([0-9a-f]{40}|now)$',
  description: 'Fingerprint of what ran; `now` is what runs',
  examples: ['da39a3ee5e6b4b0d3255bfef95601890afd80709'],
});

const about = {
  snapshot: SnapshotId,
  environment: EnvironmentName,
  at: Timestamp('When it was taken'),
  deployment: DeploymentId('Deployment after whose end it was taken'),
  ended: StateName,
};

export const SnapshotSummary = Type.Object(about, {
  description:
    'What ran in an environment after a deployment had ended; equal content has equal fingerprints',
});

export const SnapshotView = Type.Object(
  {
    snapshot: SnapshotId,
    environment: EnvironmentName,
    services: Type.Record(Type.String(), RunView, { description: 'What ran, by service', examples: [{}] }),
  },
  { description: 'What ran in an environment' },
);

export const DiffView = Type.Object(
  {
    from: SnapshotId,
    to: SnapshotId,
    services: Type.Array(
      Type.Object(
        {
          service: ServiceName,
          change: Type.Enum(['added', 'removed', 'version', 'configuration', 'uncertain', 'same'], {
            description:
              'What became of it; `configuration`: the same version with another artifact, spec, policy or proofs',
            examples: ['version'],
          }),
          from: Type.Optional(RunView),
          to: Type.Optional(RunView),
        },
        { description: 'A service in both' },
      ),
      { description: 'Every service of either, by name', examples: [[]] },
    ),
  },
  { description: 'What differs between two snapshots' },
);

/** How what runs stands to another version of its service. */
const STANDING = {
  order: Type.Enum(['same', 'ahead', 'behind', 'unknown'], {
    description:
      'How what runs stands to it: versions of one branch, or of none, are in the order in which they were registered; of all others, and of those that are not registered, nobody knows',
    examples: ['ahead'],
  }),
  versions: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100,
      description: 'By how many versions of the branch it is ahead or behind; 100 is that many or more',
      examples: [3],
    }),
  ),
  because: Type.Optional(Text('Why nobody knows', '118 is of branch main, 119 of branch retry', 1_000)),
};

export const TargetStatus = Type.Object(
  {
    service: ServiceName,
    provider: Text('Kind of provider', 'kubernetes'),
    running: Type.Optional(RunView),
    last: Type.Optional(
      Type.Object(
        {
          deployment: DeploymentId('Deployment'),
          number: Type.Integer({ description: 'Number for people', examples: [1042] }),
          version: VersionName,
          state: StateName,
          at: Timestamp('When it last changed'),
        },
        { description: 'The newest deployment' },
      ),
    ),
    failed: Type.Optional(
      Type.Object(
        { version: VersionName, deployment: DeploymentId('Deployment that was rolled back') },
        { description: 'The version on which the target is held after a rollback' },
      ),
    ),
    newest: Type.Optional(
      Type.Object(
        {
          version: VersionName,
          at: Timestamp('When it was registered'),
          order: Type.Optional(STANDING.order),
          because: STANDING.because,
        },
        {
          description:
            'The version that was registered last, when it is not the one that runs, and how what runs stands to it',
        },
      ),
    ),
    against: Type.Optional(
      Type.Object(
        {
          environment: EnvironmentName,
          version: Type.Optional(VersionName),
          ...STANDING,
        },
        {
          description: 'How what runs stands to what runs of the service in the environment to compare with',
        },
      ),
    ),
    drift: Type.Optional(DriftStatus),
    blocked: Type.Integer({ description: 'Blockers in the way of a deployment now', examples: [0] }),
  },
  { description: 'A service in the environment' },
);

export const EnvironmentStatus = Type.Object(
  {
    environment: EnvironmentName,
    at: Timestamp('As of'),
    services: Type.Array(TargetStatus, { description: 'Its services by name', examples: [[]] }),
  },
  { description: 'What runs in an environment, and what is on its way' },
);

export type RunView = Static<typeof RunView>;
export type SnapshotSummary = Static<typeof SnapshotSummary>;
export type DiffView = Static<typeof DiffView>;
export type EnvironmentStatus = Static<typeof EnvironmentStatus>;
