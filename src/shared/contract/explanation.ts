import { Type, type Static } from 'typebox';
import { StateName } from './deployment-view.js';
import { Text, Timestamp } from './names.js';

export const Obstacle = Type.Object(
  {
    kind: Type.Enum(
      ['hold', 'deployment', 'operation', 'limit', 'worker', 'step', 'verification', 'rollback'],
      { description: 'What it is', examples: ['deployment'] },
    ),
    text: Type.String({ description: 'For people', examples: ['Deployment 1041 of 117 runs on the target'] }),
    clears: Type.Enum(['time', 'itself', 'operator'], {
      description: 'Whether a moment, the work itself or a person clears it',
      examples: ['itself'],
    }),
    until: Type.Optional(Timestamp('When it clears, where that is known')),
    deployment: Type.Optional(Text('The deployment that it is about', '01kaqv9zc3h8m2x6y7w4t5r0pn')),
    how: Type.Optional(Text('What a person can do', 'Start a worker', 500)),
  },
  { description: 'Something between now and live' },
);

export const Explanation = Type.Object(
  {
    state: StateName,
    obstacles: Type.Array(Obstacle, {
      description: 'Everything between now and live, in order',
      examples: [[]],
    }),
    startsInMs: Type.Optional(
      Type.Integer({
        description: 'Guess from the last deployments of this target, in milliseconds; absent without such',
        examples: [240000],
      }),
    ),
  },
  { description: 'Why a deployment is where it is' },
);

export type Explanation = Static<typeof Explanation>;
export type Obstacle = Static<typeof Obstacle>;
