import { Type, type Static } from 'typebox';

/** An object of the set, of the inventory or to be pruned, with what was live before the first write. */
const BaselineObject = Type.Object({
  apiVersion: Type.String(),
  kind: Type.String(),
  plural: Type.String(),
  namespaced: Type.Boolean(),
  namespace: Type.Optional(Type.String()),
  name: Type.String(),
  part: Type.Union([Type.Literal('set'), Type.Literal('prune'), Type.Literal('inventory')], {
    description:
      'set: applied · prune: deleted once the version is proven · inventory: the record of the set itself',
  }),
  before: Type.Optional(
    Type.Object(
      {
        uid: Type.String(),
        object: Type.Unknown({ description: 'Without status. Of a Secret without data and annotations' }),
        managedFields: Type.Array(Type.Unknown()),
        wasReady: Type.Boolean({ description: 'Whether a workload was as ready as it wanted to be' }),
        keptIn: Type.Optional(
          Type.String({
            description: 'Name of the Secret in the same namespace that holds a Secret as it was',
          }),
        ),
      },
      { description: 'Absent when there was no such object' },
    ),
  ),
});

const ConfigurationChoice = Type.Object({ of: Type.String(), name: Type.String(), content: Type.Integer() });

/** What was live before, with all that the plans need; plans are rebuilt from this and the release alone. */
export const Baseline = Type.Object(
  {
    objects: Type.Array(BaselineObject),
    choices: Type.Array(ConfigurationChoice),
    waves: Type.Integer({ description: 'Number of waves' }),
    hooks: Type.Array(Type.Union([Type.Literal('pre-deploy'), Type.Literal('post-deploy')])),
    keepsSecrets: Type.Boolean(),
    version: Type.Optional(Type.String({ description: 'Version that the inventory named' })),
  },
  { description: 'What a Kubernetes target ran before a deployment' },
);

export type Baseline = Static<typeof Baseline>;
export type BaselineObject = Static<typeof BaselineObject>;
