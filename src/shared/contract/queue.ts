import { Type, type Static } from 'typebox';
import { DeploymentView, StateName } from './deployment-view.js';
import { Obstacle } from './explanation.js';
import { EnvironmentName, ServiceName, Text, Timestamp } from './names.js';

const Count = (description: string, example: number) =>
  Type.Integer({ minimum: 0, description, examples: [example] });

export const QueueView = Type.Object(
  {
    running: Count('Deployments of the whole installation that a worker carries', 2),
    queued: Count('Those that wait for their turn or for a worker', 1),
    held: Count('Those that a blocker, an approval or a time keeps from lining up', 1),
    uncalled: Count('Those whose turn it is and that no worker has taken yet', 0),
    oldestQueuedMs: Count('How long the oldest of the queued ones waits, in milliseconds', 4200),
    workers: Type.Object(
      {
        taking: Count('Workers that take deployments', 3),
        draining: Count('Workers that are leaving and hand over what they carry', 0),
        silent: Count('Workers that have said nothing for a while, neither that they left', 0),
        places: Count('Deployments that those which take some can carry together', 30),
      },
      { description: 'Workers, counted' },
    ),
    waiting: Type.Array(
      Type.Object(
        {
          deployment: DeploymentView,
          obstacles: Type.Array(Obstacle, { description: 'What it waits for, in order', examples: [[]] }),
        },
        { description: 'A deployment that waits' },
      ),
      { description: 'Held and queued deployments that you may view, longest wait first', examples: [[]] },
    ),
    more: Type.Boolean({ description: 'Whether more wait than are listed', examples: [false] }),
  },
  { description: 'What is under way and what waits, as of now' },
);

export const WorkerView = Type.Object(
  {
    worker: Text('Name', 'worker-1', 255),
    state: Type.Enum(['taking', 'draining', 'silent'], {
      description:
        'Whether it takes deployments, is leaving, or has said nothing for a while: whether it still works is unknown then',
      examples: ['taking'],
    }),
    version: Text('Version of Beanpod', '0.1.0', 50),
    startedAt: Timestamp('When it started'),
    seenAt: Timestamp('When it said something last'),
    places: Count('Deployments that it can carry at once', 10),
    carries: Type.Array(
      Type.Object(
        {
          deployment: Text('Deployment', '01kaqv9zc3h8m2x6y7w4t5r0pn'),
          number: Count('Its number', 1042),
          service: ServiceName,
          environment: EnvironmentName,
          state: StateName,
        },
        { description: 'A deployment that it carries' },
      ),
      {
        description: 'What it carried when it said something last, as far as it has not ended',
        examples: [[]],
      },
    ),
  },
  { description: 'A worker' },
);

export const WorkerList = Type.Object(
  { items: Type.Array(WorkerView, { description: 'Workers by name', examples: [[]] }) },
  { description: 'Workers of the installation; one that said nothing for an hour is forgotten' },
);

export type QueueView = Static<typeof QueueView>;
export type WorkerView = Static<typeof WorkerView>;
