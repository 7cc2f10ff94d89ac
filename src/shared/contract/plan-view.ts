import { Type, type Static } from 'typebox';
import { Text } from './names.js';

/** Answer of a dry run. */
export const PlanView = Type.Object(
  {
    baseline: Type.String({ description: 'What runs now', examples: ['version 117 on 3 instances'] }),
    steps: Type.Array(
      Type.Object(
        {
          id: Text('Step', 'ensure-update'),
          title: Text('What it does', 'Update the environment'),
          writes: Type.Boolean({ description: 'Whether it changes what runs', examples: [true] }),
        },
        { description: 'A step' },
      ),
      { description: 'What would be done, in this order', examples: [[]] },
    ),
    rollback: Type.String({
      description: 'What a rollback would go back to, or why there is none',
      examples: ['version 117 on 3 instances'],
    }),
    lines: Type.Array(Type.String(), {
      description: 'What the provider says beyond the plan',
      examples: [['version label 117 -> 118']],
    }),
  },
  { description: 'What a deployment would do now' },
);

export type PlanView = Static<typeof PlanView>;
