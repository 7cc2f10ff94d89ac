import { Type, type Static } from 'typebox';

export const ChaosTarget = Type.Object(
  {
    url: Type.String({ description: 'Where the cloud listens' }),
    target: Type.String({ description: 'Name of the target there' }),
  },
  { additionalProperties: false },
);

export type ChaosTarget = Static<typeof ChaosTarget>;
