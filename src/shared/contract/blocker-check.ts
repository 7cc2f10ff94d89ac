import { Type, type Static } from 'typebox';
import { BlockedView, BlockerName } from './blocker.js';
import { closed, EnvironmentName, ServiceName, Text, Timestamp, VersionName } from './names.js';

/** Asks whether a deployment would be blocked, without asking for one. */
export const BlockerCheck = Type.Object(
  {
    service: ServiceName,
    environment: EnvironmentName,
    version: Type.Optional(VersionName),
    actor: Type.Optional(Text('Who would ask; the caller when absent', 'ada', 100)),
    at: Type.Optional(Timestamp('When; now when absent')),
  },
  { ...closed, description: 'A deployment that somebody thinks of' },
);

export const BlockerVerdict = Type.Object(
  {
    blocked: Type.Boolean({ description: 'Whether anything is in the way', examples: [false] }),
    by: Type.Array(BlockedView, { description: 'Everything that is in the way', examples: [[]] }),
  },
  { description: 'What blockers would say' },
);

const ClosedInterval = Type.Object(
  {
    blocker: BlockerName,
    from: Timestamp('When it closes; before now when it has'),
    to: Timestamp('When it opens'),
  },
  { description: 'A time at which deployments are closed' },
);

export const WindowsView = Type.Object(
  {
    from: Timestamp('Begin'),
    to: Timestamp('End'),
    closed: Type.Array(ClosedInterval, { description: 'Closed times by their begin', examples: [[]] }),
    other: Type.Array(BlockedView, {
      description: 'What is in the way now and does not go by the clock alone',
      examples: [[]],
    }),
  },
  { description: 'When a target is open for deployments' },
);

export type BlockerCheck = Static<typeof BlockerCheck>;
export type BlockerVerdict = Static<typeof BlockerVerdict>;
export type WindowsView = Static<typeof WindowsView>;
