import { Type, type Static } from 'typebox';
import { closed, Text, Timestamp } from './names.js';

const Reason = Text('Why, for the record', 'It leaks memory until the fix is out');
const DryRun = Type.Optional(
  Type.Boolean({ default: false, description: 'Only say what would be touched', examples: [true] }),
);

/** What to restart. */
export const RestartRequest = Type.Object(
  {
    pod: Type.Optional(
      Type.Object(
        {
          name: Text('Pod', 'shop-api-7d9f-x1', 253),
          uid: Text('Uid that it was seen with', '0d2cbbf4-2f9f-4a6e-9e6e-6b1e2a6f0a11', 100),
        },
        {
          ...closed,
          description:
            'One pod, which its workload makes anew; all workloads one pod after the other when absent',
        },
      ),
    ),
    reason: Reason,
    dryRun: DryRun,
  },
  { ...closed, description: 'What to restart' },
);

/** How many pods a workload is to have. */
export const ScaleRequest = Type.Object(
  {
    replicas: Type.Integer({ minimum: 0, maximum: 10_000, description: 'Pods', examples: [3] }),
    workload: Type.Optional(
      Type.String({
        pattern: '^(Deployment|StatefulSet)/[a-z0-9][a-z0-9.-]{0,252}$',
        description: 'Which one, as `Kind/name`; the only one of the target when absent',
        examples: ['Deployment/shop-api'],
      }),
    ),
    reason: Reason,
    dryRun: DryRun,
  },
  { ...closed, description: 'How many pods' },
);

/** Something that somebody did to what runs, beside deployments. */
export const OperationView = Type.Object(
  {
    id: Text('Operation', '01kaqv9zc3h8m2x6y7w4t5r0pn'),
    kind: Type.Enum(['restart-pod', 'restart', 'scale'], { description: 'What it was', examples: ['scale'] }),
    person: Text('Who asked for it', 'ada@example.com'),
    reason: Reason,
    startedAt: Timestamp('When a worker began'),
    endedAt: Type.Optional(
      Timestamp('When it ended; absent while it runs, and when its worker was lost: look at what runs then'),
    ),
    done: Type.Optional(
      Type.Array(Type.String(), {
        description: 'What was done, one sentence for each object',
        examples: [['Deployment shop-api has 3 pods instead of 2']],
      }),
    ),
    failure: Type.Optional(Text('Why it was not done, or not wholly', 'The cluster did not answer', 2_000)),
  },
  { description: 'An operation' },
);

export const OperationsView = Type.Object(
  { operations: Type.Array(OperationView, { description: 'Newest first', examples: [[]] }) },
  { description: 'What was done to a target beside deployments' },
);

/** What an operation did, or would do. */
export const OperationDone = Type.Object(
  {
    dryRun: Type.Boolean({ description: 'Whether nothing was done', examples: [false] }),
    operation: Type.Optional(Text('Its id in the list of operations', '01kaqv9zc3h8m2x6y7w4t5r0pn')),
    done: Type.Array(Type.String(), {
      description: 'What was done, or would be, one sentence for each object',
      examples: [['Deployment shop-api has 3 pods instead of 2']],
    }),
  },
  { description: 'What was done' },
);

export type RestartRequest = Static<typeof RestartRequest>;
export type ScaleRequest = Static<typeof ScaleRequest>;
export type OperationView = Static<typeof OperationView>;
export type OperationDone = Static<typeof OperationDone>;
