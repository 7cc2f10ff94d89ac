import { Type, type Static } from 'typebox';
import { Artifact } from './artifact.js';
import { StateName } from './deployment-view.js';
import { closed, EnvironmentName, ServiceName, Text, Timestamp, VersionName } from './names.js';

const OnFailure = Type.Enum(['stop', 'rollback', 'continue'], {
  default: 'stop',
  description:
    'When a member fails: start no more, take back those that succeeded as well, or go on with the others',
  examples: ['rollback'],
});

const Order = Type.Integer({
  minimum: 0,
  maximum: 1_000,
  default: 0,
  description: 'Members start when all of a lower order have ended; members of one order run together',
  examples: [0],
});

export const NewRelease = Type.Object(
  {
    members: Type.Array(
      Type.Object(
        {
          service: ServiceName,
          environment: EnvironmentName,
          version: VersionName,
          artifact: Type.Optional(Artifact),
          order: Type.Optional(Order),
        },
        { ...closed, description: 'One deployment of the release' },
      ),
      {
        minItems: 1,
        maxItems: 200,
        description: 'What to deploy where; each target once',
        examples: [[{ service: 'shop-api', environment: 'staging', version: '118' }]],
      },
    ),
    onFailure: Type.Optional(OnFailure),
    message: Type.Optional(Text('Why', 'Release 42')),
  },
  { ...closed, description: 'Deploy several services and environments as one' },
);

export const RestoreRequest = Type.Object(
  {
    snapshot: Type.String({
      pattern: '^[0-9a-f]{40}$',
      description: 'Fingerprint of the snapshot to go back to',
      examples: ['da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    }),
    reason: Text('Why', 'Back to what worked on Monday'),
    onFailure: Type.Optional(OnFailure),
  },
  { ...closed, description: 'Bring an environment back to a snapshot' },
);

const OF_NOBODY =
  'gone: the record of the deployment is no longer kept, so that nobody knows how it ended, and it counts as failed';

const MemberView = Type.Object(
  {
    service: ServiceName,
    environment: EnvironmentName,
    version: VersionName,
    order: Order,
    state: Type.Union([StateName, Type.Enum(['waiting', 'refused', 'skipped', 'gone'])], {
      description: `State of its deployment; waiting, refused or skipped without one. ${OF_NOBODY}`,
      examples: ['succeeded'],
    }),
    deployment: Type.Optional(Text('Its deployment', '01kaqv9zc3h8m2x6y7w4t5r0pn')),
    refused: Type.Optional(
      Text('Why its deployment was not accepted', 'Too many wait for the target', 2_000),
    ),
    rollback: Type.Optional(Text('The deployment that takes it back', '01kaqv9zc3h8m2x6y7w4t5r0pn')),
    rollbackState: Type.Optional(
      Type.Union([StateName, Type.Literal('gone')], {
        description: `State of that deployment. ${OF_NOBODY}`,
        examples: ['succeeded'],
      }),
    ),
    rollbackRefused: Type.Optional(Text('Why it could not be taken back', 'Nothing ran before', 2_000)),
  },
  { description: 'A member of a release' },
);

export const ReleaseView = Type.Object(
  {
    id: Text('Id', '01kaqv9zc3h8m2x6y7w4t5r0pn'),
    state: Type.Enum(['running', 'succeeded', 'failed', 'cancelled', 'rolled_back', 'rollback_failed'], {
      description: 'Where the release is',
      examples: ['running'],
    }),
    terminal: Type.Boolean({ description: 'Whether the state is final', examples: [false] }),
    onFailure: OnFailure,
    actor: Text('Who asked', 'ada'),
    message: Type.Optional(Text('Why', 'Release 42')),
    members: Type.Array(MemberView, { description: 'Its members as they were given', examples: [[]] }),
    createdAt: Timestamp('When it was accepted'),
    finishedAt: Type.Optional(Timestamp('When it ended')),
  },
  { description: 'Several deployments as one' },
);

export type NewRelease = Static<typeof NewRelease>;
export type RestoreRequest = Static<typeof RestoreRequest>;
export type ReleaseView = Static<typeof ReleaseView>;
