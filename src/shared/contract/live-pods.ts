import { Type, type Static } from 'typebox';
import { Text, Timestamp } from './names.js';

const Ending = Type.Object(
  {
    reason: Text('Why it ended, in the words of the platform', 'OOMKilled'),
    exitCode: Type.Integer({ description: 'Exit code', examples: [137] }),
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

/** The pods of a target, as the watches of the cluster show them. */
export const PodsView = Type.Object(
  {
    pods: Type.Array(LivePod, { description: 'Pods, by name', examples: [[]] }),
    trouble: Type.Optional(
      Text('Why this may be old or incomplete', 'The watch of pods is interrupted: socket hang up'),
    ),
  },
  { description: 'The pods of a target' },
);

export type LivePod = Static<typeof LivePod>;
export type PodsView = Static<typeof PodsView>;
