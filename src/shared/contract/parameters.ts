import { Type, type Static } from 'typebox';

/** Values for `{{name}}` in templates, by name. */
export const TemplateParameters = Type.Record(
  Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_-]{0,62}$' }),
  Type.Union([Type.String({ maxLength: 10_000 }), Type.Number(), Type.Boolean()], {
    description: 'Value of a parameter',
    examples: ['eu'],
  }),
  {
    additionalProperties: false,
    maxProperties: 500,
    description: 'Values for {{name}}; service, environment, version and namespace are always there',
    examples: [{ region: 'eu', replicas: 3 }],
  },
);

/** Zero stands for the ports as the manifests have them. */
export const NodePortOffset = Type.Integer({
  minimum: -32_767,
  maximum: 32_767,
  description: 'Added to every node port of the manifests, so that one cluster holds the set several times',
  examples: [100],
});

export type TemplateParameters = Static<typeof TemplateParameters>;
