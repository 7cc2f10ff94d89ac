import { Type, type Static } from 'typebox';
import { OPERATION_KINDS, OPERATION_STATES } from '../domain/operations.js';
import { FailureView } from './deployment-view.js';
import { closed, EnvironmentName, ServiceName, Text, Timestamp } from './names.js';

const Reason = Text('Why, for the record', 'It leaks memory until the fix is out');

const asked = {
  reason: Reason,
  dryRun: Type.Optional(
    Type.Boolean({ default: false, description: 'Only say what would be touched', examples: [true] }),
  ),
  expiresInSeconds: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 86_400,
      default: 900,
      description: 'It is not begun later than this; seconds from now',
      examples: [900],
    }),
  ),
};

const Pod = Type.Object(
  {
    name: Text('Pod', 'shop-api-7d9f-x1', 253),
    uid: Text('Uid that it was seen with', '0d2cbbf4-2f9f-4a6e-9e6e-6b1e2a6f0a11', 100),
  },
  { ...closed, description: 'One pod, which its workload makes anew' },
);

/** What to restart. */
export const RestartRequest = Type.Object(
  { pod: Type.Optional(Pod), ...asked },
  {
    ...closed,
    description: 'What to restart: one pod, or all workloads one pod after the other when it is absent',
  },
);

/** Which pod is to leave its node. */
export const EvictRequest = Type.Object(
  { pod: Pod, ...asked },
  { ...closed, description: 'Which pod to evict' },
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
    ...asked,
  },
  { ...closed, description: 'How many pods' },
);

/** Which rollout to hold, or to let go on. */
export const PauseRequest = Type.Object(
  {
    workload: Type.Optional(
      Type.String({
        pattern: '^[A-Z][A-Za-z]{0,62}/[a-z0-9][a-z0-9.-]{0,252}$',
        description: 'Which one, as `Kind/name`; the only Deployment of the target when absent',
        examples: ['Deployment/shop-api'],
      }),
    ),
    ...asked,
  },
  { ...closed, description: 'Which rollout' },
);

/** Something that somebody has done to what runs, beside deployments. */
export const OperationView = Type.Object(
  {
    id: Text('Operation', '01kaqv9zc3h8m2x6y7w4t5r0pn'),
    service: ServiceName,
    environment: EnvironmentName,
    kind: Type.Enum(OPERATION_KINDS, { description: 'What it is', examples: ['scale'] }),
    state: Type.Enum([...OPERATION_STATES], {
      description: '`expired` and `cancelled` were never begun',
      examples: ['succeeded'],
    }),
    person: Text('Who asked for it', 'ada@example.com'),
    reason: Reason,
    subject: Type.Optional(Text('What it is about; the whole target when absent', 'pod shop-api-7d9f-x1')),
    queuedAt: Timestamp('When it was asked for'),
    expiresAt: Timestamp('It is not begun after this'),
    startedAt: Type.Optional(Timestamp('When the first worker took it')),
    endedAt: Type.Optional(Timestamp('When it ended')),
    because: Type.Optional(
      Text('What it waits for now', 'Deployment 01kaqv9zc3h8m2x6y7w4t5r0pn is at work on the target', 2_000),
    ),
    done: Type.Optional(
      Type.Array(Type.String(), {
        description: 'What was done, one sentence for each object',
        examples: [['Deployment shop-api has 3 pods instead of 2']],
      }),
    ),
    failure: Type.Optional(FailureView),
    links: Type.Object(
      {
        self: Text(
          'The operation',
          '/v1/targets/shop-api/staging/live/operations/01kaqv9zc3h8m2x6y7w4t5r0pn',
        ),
      },
      { description: 'Where to go from here' },
    ),
  },
  { description: 'An operation' },
);

export const OperationsView = Type.Object(
  { operations: Type.Array(OperationView, { description: 'Newest first', examples: [[]] }) },
  { description: 'What people have done to a target beside deployments' },
);

/** What an operation would do. */
export const OperationPreview = Type.Object(
  {
    dryRun: Type.Boolean({ description: 'That nothing was done', examples: [true] }),
    done: Type.Array(Type.String(), {
      description: 'What would be done, one sentence for each object',
      examples: [['Deployment shop-api would have 3 pods instead of 2']],
    }),
  },
  { description: 'What would be done' },
);

export type OperationView = Static<typeof OperationView>;
export type OperationsView = Static<typeof OperationsView>;
export type OperationPreview = Static<typeof OperationPreview>;
