import { Type, type Static } from 'typebox';
import { closed, EnvironmentName, ServiceName, Text, Timestamp, VersionName } from './names.js';

/** Shortest life of a clone, in milliseconds. */
export const SHORTEST_CLONE_MS = 10 * 60_000;

/** Longest life of a clone, in milliseconds. */
export const LONGEST_CLONE_MS = 30 * 86_400_000;

export const CloneRequest = Type.Object(
  {
    name: EnvironmentName,
    ttlMs: Type.Integer({
      minimum: SHORTEST_CLONE_MS,
      maximum: LONGEST_CLONE_MS,
      description: 'How long it lives, in milliseconds; then it is removed with everything made for it',
      examples: [86_400_000],
    }),
    services: Type.Optional(
      Type.Array(ServiceName, {
        minItems: 1,
        maxItems: 50,
        uniqueItems: true,
        description: 'Services that it gets; all of its origin whose platform can be cloned when absent',
        examples: [['shop-api']],
      }),
    ),
    message: Type.Optional(Text('Why', 'Review of pull request 7')),
  },
  { ...closed, description: 'Make an environment that is like another one and ends by itself' },
);

/** What is told of a clone beside what every environment has. */
export const CLONE_FACTS = {
  origin: Type.Optional(Text('Environment that it is a clone of', 'staging')),
  reviews: Type.Optional(
    Text('What a hook made it for', 'Pull request 7 of shop-api, told to the hook github'),
  ),
  expiresAt: Type.Optional(Timestamp('When it ends by itself')),
  ending: Type.Optional(
    Type.Object(
      {
        since: Timestamp('When its end began'),
        because: Text('Why it ends', 'Its time has passed'),
        waitsFor: Type.Optional(
          Text('What its removal waited for at the last look', 'review-7-shop is being terminated', 2_000),
        ),
      },
      { description: 'Present while it is being removed' },
    ),
  ),
};

export const CloneView = Type.Object(
  {
    environment: EnvironmentName,
    ...CLONE_FACTS,
    services: Type.Array(
      Type.Object(
        {
          service: ServiceName,
          version: Type.Optional(VersionName),
        },
        { description: 'A service of the clone, and the version that it gets first' },
      ),
      {
        description: 'Services without a version get none before the first deployment to them',
        examples: [[{ service: 'shop-api', version: '118' }]],
      },
    ),
    release: Type.Optional(Text('The release of its first deployments', '01kaqv9zc3h8m2x6y7w4t5r0pn')),
  },
  { description: 'An environment that ends by itself' },
);

export type CloneRequest = Static<typeof CloneRequest>;
export type CloneView = Static<typeof CloneView>;
