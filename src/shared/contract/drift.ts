import { Type, type Static } from 'typebox';
import { EnvironmentName, ServiceName, Text, Timestamp, VersionName } from './names.js';

const DriftState = Type.Enum(['none', 'drifted', 'unknown'], {
  description:
    '`none`: what runs is what was deployed; `drifted`: somebody has changed it since; `unknown`: nobody could look, which is never taken for `none`',
  examples: ['drifted'],
});
const at = Timestamp('When a worker looked');
const since = Timestamp('When a worker found it in this state first');
const because = Type.Optional(Text('Why nobody knows', 'The cluster did not answer (ECONNREFUSED)', 2_000));

/** A place in an object whose value is no longer the one that was deployed. */
export const DriftedField = Type.Object(
  {
    path: Text('Where, in the words of the platform', '.spec.replicas', 1_000),
    recorded: Type.Optional(
      Type.String({
        description: 'What was deployed, as JSON; absent when nothing was, and for whatever may be a secret',
        examples: ['2'],
      }),
    ),
    live: Type.Optional(
      Type.String({
        description: 'What is there now, as JSON; absent when nothing is, and for whatever may be a secret',
        examples: ['5'],
      }),
    ),
  },
  { description: 'A field that differs' },
);

/** Something of a target that is not as it was deployed. */
export const DriftedObject = Type.Object(
  {
    name: Text('Which one', 'Deployment shop/shop-api', 600),
    change: Type.Enum(['gone', 'changed'], { description: 'What became of it', examples: ['changed'] }),
    fields: Type.Array(DriftedField, { description: 'What differs; empty when it is gone', examples: [[]] }),
    more: Type.Integer({ minimum: 0, description: 'Fields that are not listed', examples: [0] }),
  },
  { description: 'An object that differs' },
);

/** Whether what runs on a target still is what was deployed there last. */
export const DriftView = Type.Object(
  {
    service: ServiceName,
    environment: EnvironmentName,
    state: DriftState,
    at,
    since,
    deployment: Type.Optional(
      Text('Deployment that what runs is compared with', '01kaqv9zc3h8m2x6y7w4t5r0pn'),
    ),
    version: Type.Optional(VersionName),
    because,
    objects: Type.Array(DriftedObject, { description: 'What differs, by name', examples: [[]] }),
    more: Type.Integer({ minimum: 0, description: 'Objects that are not listed', examples: [0] }),
  },
  { description: 'Whether what runs still is what was deployed' },
);

/** The same in short, as it was seen last. */
export const DriftStatus = Type.Object(
  {
    state: DriftState,
    at,
    since,
    objects: Type.Integer({ minimum: 0, description: 'Objects that differ', examples: [1] }),
    because,
  },
  { description: 'Whether what runs still is what was deployed, as a worker saw it last' },
);

export type DriftView = Static<typeof DriftView>;
export type DriftStatus = Static<typeof DriftStatus>;
export type DriftedObject = Static<typeof DriftedObject>;
