import { Type, type Static } from 'typebox';
import { closed, Text, Timestamp, VersionName } from './names.js';

/** The instances of a target as they are now. */
export const InstancesView = Type.Object(
  {
    instances: Type.Array(
      Type.Object(
        {
          id: Text('Instance', 'i-0a1b2c3d4e5f60718'),
          health: Text('Health in the words of the platform', 'Ok'),
          causes: Type.Array(Type.String(), {
            description: 'Why its health is not good',
            examples: [['100.0 % of the requests are failing with HTTP 5xx.']],
          }),
          version: Type.Optional(Text('Version label that it runs', 'shop-api-118')),
          deployment: Type.Optional(Text('State of its last deployment', 'Deployed')),
          deploymentId: Type.Optional(
            Type.Integer({
              description: 'Number of that deployment; instances that differ in it run different ones',
              examples: [7],
            }),
          ),
          launchedAt: Type.Optional(Timestamp('When it was launched')),
        },
        { description: 'An instance' },
      ),
      { description: 'Instances', examples: [[]] },
    ),
  },
  { description: 'Instances of a target' },
);

/** Which logs to pull. */
export const LogsRequest = Type.Object(
  {
    kind: Type.Optional(
      Type.Enum(['tail', 'bundle'], {
        default: 'tail',
        description: 'The last hundred lines of each file, or all files as a zip file per instance',
        examples: ['tail'],
      }),
    ),
    reason: Type.Optional(Text('Why, for the record', 'Orders fail since noon')),
  },
  { ...closed, description: 'Which logs to pull' },
);

/** The logs that came. */
export const LogsView = Type.Object(
  {
    logs: Type.Array(
      Type.Object(
        {
          instance: Text('Instance', 'i-0a1b2c3d4e5f60718'),
          files: Type.Optional(
            Type.Array(
              Type.Object(
                {
                  file: Text('File', 'eb-engine.log'),
                  lines: Type.Array(Type.String(), {
                    description: 'Its last lines, secrets hidden',
                    examples: [['[INFO] Instance has NOT been bootstrapped']],
                  }),
                },
                { description: 'The end of a file' },
              ),
              { description: 'Ends of files, the most telling first', examples: [[]] },
            ),
          ),
          download: Type.Optional(
            Text('Where its zip file is, until the next pull', '/v1/targets/shop-api/staging/live/logs/0'),
          ),
        },
        { description: 'The logs of an instance' },
      ),
      { description: 'Logs by instance', examples: [[]] },
    ),
    missing: Type.Array(Type.String(), {
      description: 'Instances whose logs did not come in time',
      examples: [['i-0a1b2c3d4e5f60718']],
    }),
  },
  { description: 'Logs of a target' },
);

/** What may be cleared away. */
export const CleanUpRequest = Type.Object(
  {
    dryRun: Type.Optional(
      Type.Boolean({ default: false, description: 'Only say what would be removed', examples: [true] }),
    ),
    keep: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000,
        default: 50,
        description: 'How many of the newest versions stay whatever happens',
        examples: [50],
      }),
    ),
    days: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 36_500,
        default: 30,
        description: 'Versions that a deployment of so many last days ran or would go back to stay',
        examples: [30],
      }),
    ),
  },
  { ...closed, description: 'What may be cleared away' },
);

const Removed = Type.Array(VersionName, {
  description: 'Labels that were removed, or would be',
  examples: [['shop-api-17']],
});

/** What a clean-up did, by environment. */
export const CleanUpView = Type.Object(
  {
    dryRun: Type.Boolean({ description: 'Whether nothing was removed', examples: [true] }),
    targets: Type.Array(
      Type.Object(
        {
          environment: Text('Environment', 'staging'),
          removed: Removed,
          kept: Type.Array(
            Type.Object(
              { version: Text('Label', 'shop-api-118'), because: Text('Why it stays', 'staging runs it') },
              { description: 'A version that stays' },
            ),
            { description: 'Versions that stay', examples: [[]] },
          ),
        },
        { description: 'What was done where the target runs' },
      ),
      { description: 'By target', examples: [[]] },
    ),
  },
  { description: 'What a clean-up did' },
);

export type InstancesView = Static<typeof InstancesView>;
export type LogsView = Static<typeof LogsView>;
export type CleanUpView = Static<typeof CleanUpView>;
