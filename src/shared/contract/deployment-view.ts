import { Type, type Static } from 'typebox';
import { EnvironmentName, ServiceName, Text, Timestamp, VersionName } from './names.js';
import { ImageDigests } from './artifact.js';
import { CiRun } from './deploy-request.js';

export const StateName = Type.Enum(
  [
    'held',
    'queued',
    'preparing',
    'deploying',
    'verifying',
    'rolling_back',
    'succeeded',
    'rolled_back',
    'rollback_failed',
    'failed',
    'cancelled',
    'superseded',
    'expired',
  ],
  { description: 'Where the deployment is', examples: ['deploying'] },
);

export const FailureView = Type.Object(
  {
    code: Text('Stable code', 'eb.update-failed'),
    title: Text('What went wrong', 'Elastic Beanstalk could not deploy the version'),
    blame: Type.Enum(['request', 'release', 'platform', 'operator'], {
      description: 'Who has to act',
      examples: ['release'],
    }),
    detail: Type.String({ description: 'What was seen', examples: ['Command failed on instance i-1'] }),
    hint: Type.String({ description: 'What to do', examples: ['Read the log'] }),
  },
  { description: 'A failure' },
);

const StepView = Type.Object(
  {
    id: Text('Step', 'ensure-update'),
    title: Text('What it does', 'Update the environment'),
    status: Type.Enum(['todo', 'running', 'done', 'failed'], {
      description: 'How far it is',
      examples: ['running'],
    }),
  },
  { description: 'A step of the plan' },
);

export const DeploymentView = Type.Object(
  {
    id: Type.String({ description: 'Id', examples: ['01kaqv9zc3h8m2x6y7w4t5r0pn'] }),
    number: Type.Integer({ description: 'Number for people', examples: [1042] }),
    state: StateName,
    terminal: Type.Boolean({ description: 'Whether the state is final', examples: [false] }),
    service: ServiceName,
    environment: EnvironmentName,
    version: VersionName,
    kind: Type.Enum(['deploy', 'redeploy', 'rollback'], {
      description: 'How it came about',
      examples: ['deploy'],
    }),
    provider: Text('Kind of provider', 'elastic-beanstalk'),
    actor: Text('Who asked', 'ci'),
    message: Type.Optional(Text('Why', 'Faster checkout')),
    commit: Type.Optional(Text('Commit', '6dcb09b5b57875f3')),
    ci: Type.Optional(CiRun),
    of: Type.Optional(Text('Deployment that this one repeats or undoes', '01kaqv9zc3h8m2x6y7w4t5r0pn')),
    release: Type.Optional(Text('Release that it is part of', '01kaqv9zc3h8m2x6y7w4t5r0pn')),
    stage: Type.Optional(
      Type.Enum(['health', 'checks', 'stability', 'settle'], {
        description:
          'While verifying: the current proof, or the clean-up behind a version that has given them all',
        examples: ['health'],
      }),
    ),
    wrote: Type.Boolean({ description: 'Whether the target was changed', examples: [true] }),
    baseline: Type.Optional(
      Type.String({ description: 'What ran before', examples: ['version 117 on 3 instances'] }),
    ),
    digests: Type.Optional(ImageDigests),
    progress: Type.Object(
      {
        done: Type.Integer({ description: 'Steps that are done', examples: [2] }),
        total: Type.Integer({ description: 'Steps of the current plan', examples: [5] }),
        steps: Type.Array(StepView, { description: 'The current plan', examples: [[]] }),
      },
      { description: 'How far it is' },
    ),
    groups: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Text('Group', 'large'),
            result: Type.Enum(['waiting', 'updated', 'failed', 'rolled_back', 'untouched', 'unknown'], {
              description:
                'What became of it; `untouched`: nothing of it was changed; `unknown`: nobody knows what it runs',
              examples: ['rolled_back'],
            }),
            because: Type.Optional(
              Text('What was wrong with it', 'Deployment shop/api-large: 0 of 3 pods are ready', 4_000),
            ),
          },
          { description: 'A group' },
        ),
        { description: 'What became of each group, for a target that has groups', examples: [[]] },
      ),
    ),
    held: Type.Optional(
      Type.Array(
        Type.Object(
          {
            kind: Text('Kind of hold', 'time'),
            text: Text('Why', 'Asked to start later'),
            blocker: Type.Optional(Text('Blocker', 'christmas')),
            until: Type.Optional(Timestamp('When it ends by itself')),
          },
          { description: 'A hold' },
        ),
        { description: 'What keeps it from lining up, while held', examples: [[]] },
      ),
    ),
    queue: Type.Optional(
      Type.Object(
        { ahead: Type.Integer({ description: 'Deployments before it on the target', examples: [1] }) },
        { description: 'Place in line, while queued' },
      ),
    ),
    failure: Type.Optional(FailureView),
    unsettled: Type.Optional(FailureView),
    rollback: Type.Optional(
      Type.Object(
        {
          outcome: Type.Enum(['running', 'done', 'failed', 'impossible'], {
            description: 'How the rollback went',
            examples: ['done'],
          }),
          failure: Type.Optional(FailureView),
        },
        { description: 'The rollback, when there was reason for one' },
      ),
    ),
    cancel: Type.Optional(
      Type.Object(
        { by: Text('Who', 'ada'), reason: Text('Why', 'Wrong version') },
        { description: 'A wish to stop' },
      ),
    ),
    approvals: Type.Optional(
      Type.Array(
        Type.Object(
          {
            by: Text('Who', 'ada'),
            at: Timestamp('When'),
            reason: Type.Optional(Text('Why', 'Tried it on staging')),
            author: Type.Optional(
              Type.Enum(['self', 'other', 'unknown'], {
                description:
                  'Who wrote the version: the same person, whose approval does not count; another one; or nobody known here',
                examples: ['other'],
              }),
            ),
          },
          { description: 'An approval' },
        ),
        { description: 'Who approved of it, in order', examples: [[]] },
      ),
    ),
    override: Type.Optional(
      Type.Object(
        {
          blockers: Type.Array(Type.String({ description: 'Blocker', examples: ['christmas'] }), {
            description: 'What was set aside',
            examples: [['christmas']],
          }),
          reason: Text('Why', 'Customers cannot pay'),
        },
        { description: 'Blockers that were set aside for it' },
      ),
    ),
    attempts: Type.Integer({ description: 'Workers that took it since it last got further', examples: [1] }),
    acceptedAt: Timestamp('When it was accepted'),
    startedAt: Type.Optional(Timestamp('When a worker first took it')),
    updatedAt: Timestamp('When it last changed'),
    finishedAt: Type.Optional(Timestamp('When it ended')),
    links: Type.Object(
      {
        self: Text('This deployment', '/v1/deployments/01kaq'),
        outcome: Text('Waits for the end', '/v1/deployments/01kaq/outcome'),
        logs: Text('Log', '/v1/deployments/01kaq/logs'),
        events: Text('Events', '/v1/deployments/01kaq/events'),
        cancel: Text('POST to cancel', '/v1/deployments/01kaq/cancel'),
      },
      { description: 'Where to go next' },
    ),
  },
  { description: 'A deployment' },
);

export type DeploymentView = Static<typeof DeploymentView>;
export type FailureView = Static<typeof FailureView>;
