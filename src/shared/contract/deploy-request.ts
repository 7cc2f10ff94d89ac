import { Type, type Static } from 'typebox';
import { Artifact } from './artifact.js';
import { BlockerName } from './blocker.js';
import { VERSION_PATTERN } from '../domain/ids.js';
import { closed, EnvironmentName, ServiceName, Text, Timestamp } from './names.js';

export const CiRun = Type.Object(
  {
    name: Type.Optional(Text('Kind of CI', 'jenkins', 100)),
    url: Type.Optional(
      Type.String({
        format: 'uri',
        maxLength: 2000,
        description: 'Page of the run',
        examples: ['https://ci.example.com/job/118'],
      }),
    ),
  },
  { ...closed, description: 'The CI run that asks' },
);

/** `artifact` may be left out when the version was registered with one. */
export const DeployRequest = Type.Object(
  {
    service: ServiceName,
    environment: EnvironmentName,
    version: Type.String({
      pattern: VERSION_PATTERN,
      description:
        'Name of a version; or the start of a commit, at least 7 characters, that one registered version has',
      examples: ['118', '6dcb09b'],
    }),
    artifact: Type.Optional(Artifact),
    message: Type.Optional(Text('Why', 'Faster checkout')),
    commit: Type.Optional(
      Type.String({ pattern: '^[0-9a-f]{7,64}$', description: 'Commit', examples: ['6dcb09b5b57875f3'] }),
    ),
    onBusy: Type.Optional(
      Type.Enum(['queue', 'supersede', 'reject'], {
        description: 'What to do when the target is busy',
        examples: ['queue'],
      }),
    ),
    priority: Type.Optional(
      Type.Enum(['low', 'normal', 'high'], {
        default: 'normal',
        description: 'Goes before those of lower priority that wait for the same target or limit',
        examples: ['normal'],
      }),
    ),
    notBefore: Type.Optional(Timestamp('Held until then')),
    expiresAt: Type.Optional(Timestamp('Ends expired when no worker has started it by then')),
    retry: Type.Optional(
      Text('Why to try a version again that was rolled back on this target', 'The database is back'),
    ),
    onBlocked: Type.Optional(
      Type.Enum(['hold', 'reject'], {
        default: 'hold',
        description: 'What to do when a blocker is in the way: wait until it clears, or refuse',
        examples: ['hold'],
      }),
    ),
    override: Type.Optional(
      Type.Object(
        {
          blockers: Type.Array(BlockerName, {
            minItems: 1,
            maxItems: 50,
            uniqueItems: true,
            description: 'Blockers to set aside',
            examples: [['christmas']],
          }),
          reason: Text('Why', 'Customers cannot pay'),
        },
        { ...closed, description: 'Sets blockers aside for this deployment; needs the right to override' },
      ),
    ),
    ci: Type.Optional(CiRun),
    dryRun: Type.Optional(
      Type.Boolean({ default: false, description: 'Only answer with the plan', examples: [false] }),
    ),
  },
  { ...closed, description: 'Bring a target to a version' },
);

export const CancelRequest = Type.Object(
  { reason: Type.Optional(Text('Why', 'Wrong version')) },
  { ...closed, description: 'Stop a deployment; what was written is rolled back' },
);

export const ApproveRequest = Type.Object(
  { reason: Type.Optional(Text('Why', 'Tried it on staging')) },
  { ...closed, description: 'Approve of a deployment as it would be carried out now' },
);

export type ApproveRequest = Static<typeof ApproveRequest>;
export type DeployRequest = Static<typeof DeployRequest>;
export type CancelRequest = Static<typeof CancelRequest>;
