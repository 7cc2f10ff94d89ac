import { Type, type Static } from 'typebox';
import { Text, Timestamp } from './names.js';

const Ending = Type.Object(
  {
    reason: Text('Why it ended, in the words of the platform', 'OOMKilled'),
    exitCode: Type.Integer({ description: 'Exit code', examples: [137] }),
    at: Type.Optional(Timestamp('When it ended')),
  },
  { description: 'How the run before the present one ended' },
);

const LiveContainer = Type.Object(
  {
    name: Text('Container', 'app'),
    role: Type.Enum(['init', 'sidecar', 'main'], {
      description: '`init` ends before the others start; a `sidecar` keeps running beside them',
      examples: ['main'],
    }),
    image: Type.String({
      description: 'Image as the manifest names it',
      examples: ['registry.example.com/shop@sha256:0a1b'],
    }),
    imageId: Type.Optional(
      Text('Image that the node has, by its digest', 'registry.example.com/shop@sha256:0a1b', 2_000),
    ),
    ready: Type.Boolean({ description: 'Whether it takes requests', examples: [true] }),
    restarts: Type.Integer({ minimum: 0, description: 'How often it was started again', examples: [0] }),
    state: Type.Enum(['waiting', 'running', 'terminated'], {
      description: 'What it does now',
      examples: ['running'],
    }),
    reason: Type.Optional(Text('Why it waits or has ended', 'CrashLoopBackOff')),
    lastExit: Type.Optional(Ending),
  },
  { description: 'A container' },
);

/** One pod of a target as it is now. */
export const LivePod = Type.Object(
  {
    name: Text('Pod', 'shop-api-7d9f-x1'),
    uid: Text('Tells it apart from an earlier pod of the same name', '0d2cbbf4-2f9f-4a6e-9e6e-6b1e2a6f0a11'),
    phase: Text('Phase', 'Running'),
    status: Text('What kubectl shows as its status', 'CrashLoopBackOff'),
    ready: Type.Boolean({ description: 'Whether it takes requests', examples: [true] }),
    unready: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Why it takes none',
        examples: [['ContainersNotReady: containers with unready status: [app]']],
      }),
    ),
    restarts: Type.Integer({ minimum: 0, description: 'Restarts of all containers', examples: [3] }),
    createdAt: Timestamp('When it was made'),
    node: Type.Optional(Text('Node that it runs on', 'node-1')),
    owner: Type.Optional(
      Type.Object(
        { kind: Text('Kind', 'Deployment'), name: Text('Name', 'shop-api') },
        { description: 'The workload that it belongs to' },
      ),
    ),
    jolokia: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65_535,
        description: 'Port of its Jolokia agent',
        examples: [8778],
      }),
    ),
    containers: Type.Array(LiveContainer, {
      description: 'In the order in which they start',
      examples: [[]],
    }),
  },
  { description: 'A pod' },
);

const Count = (description: string, example: number) =>
  Type.Integer({ minimum: 0, description, examples: [example] });

/** A workload of a target as it is now. */
export const LiveWorkload = Type.Object(
  {
    kind: Text('Kind', 'Deployment'),
    name: Text('Name', 'shop-api'),
    uid: Text('Tells it apart from an earlier one of the same name', '4f1d0f06-8f0e-4f0e-8a34-2b2f7f7d1c11'),
    desired: Count('Pods that it is to have', 3),
    ready: Count('Pods that take requests', 3),
    updated: Count('Pods of the present template', 3),
    available: Count('Pods that have taken requests for long enough', 3),
    paused: Type.Boolean({ description: 'Whether its rollout is held where it is', examples: [false] }),
    autoscaler: Type.Optional(
      Type.Object(
        {
          name: Text('HorizontalPodAutoscaler', 'shop-api'),
          min: Count('Fewest pods', 2),
          max: Count('Most pods', 5),
          current: Count('Pods that it saw last', 3),
          desired: Count('Pods that it wants', 3),
        },
        { description: 'What decides on the number of its pods' },
      ),
    ),
  },
  { description: 'A workload' },
);

/** What the cluster has to say about a pod or a workload. */
export const LiveEvent = Type.Object(
  {
    at: Timestamp('When it was seen last'),
    type: Type.Enum(['Normal', 'Warning'], { description: 'How it is meant', examples: ['Warning'] }),
    reason: Text('Reason', 'BackOff'),
    message: Type.String({ description: 'Message', examples: ['Back-off restarting failed container app'] }),
    count: Count('How often', 4),
    about: Type.Object(
      { kind: Text('Kind', 'Pod'), name: Text('Name', 'shop-api-7d9f-x1') },
      { description: 'What it is about' },
    ),
  },
  { description: 'An event' },
);

/** The pods of a target, as the watches of the cluster show them. */
export const PodsView = Type.Object(
  {
    pods: Type.Array(LivePod, { description: 'Pods, by name', examples: [[]] }),
    workloads: Type.Array(LiveWorkload, { description: 'What makes the pods, by name', examples: [[]] }),
    events: Type.Array(LiveEvent, {
      description: 'About these pods and workloads, newest first, 50 at most',
      examples: [[]],
    }),
    trouble: Type.Optional(
      Text('Why this may be old or incomplete', 'The watch of pods is interrupted: socket hang up', 2_000),
    ),
    staleSince: Type.Optional(Timestamp('The watch is broken: what is shown is as of then')),
  },
  { description: 'The pods of a target' },
);

export type LivePod = Static<typeof LivePod>;
export type LiveWorkload = Static<typeof LiveWorkload>;
export type LiveEvent = Static<typeof LiveEvent>;
export type PodsView = Static<typeof PodsView>;
