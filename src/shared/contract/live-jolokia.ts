import { Type } from 'typebox';
import { closed } from './names.js';

const Name = (description: string, example: string) =>
  Type.String({ maxLength: 2_000, description, examples: [example] });
const Names = (description: string, example: string) =>
  Type.Unsafe<string | readonly string[]>({
    anyOf: [Name(description, example), Type.Array(Name(description, example), { maxItems: 100 })],
    description,
    examples: [example],
  });
const Anything = (description: string, example: unknown) =>
  Type.Unsafe<unknown>({ description, examples: [example] });

/** One request of the Jolokia protocol. There is no `target`: the agent would call another process for it. */
const Request = Type.Object(
  {
    type: Name('`read`, `list`, `search`, `version`, `exec` or `write`', 'read'),
    mbean: Type.Optional(Name('Bean, or a pattern of beans', 'java.lang:type=Memory')),
    attribute: Type.Optional(Names('Attribute, or several', 'HeapMemoryUsage')),
    path: Type.Optional(Names('Part of the value', 'used')),
    operation: Type.Optional(Name('Operation to execute', 'gc')),
    arguments: Type.Optional(
      Type.Array(Anything('Argument', 1), { maxItems: 100, description: 'Arguments', examples: [[]] }),
    ),
    value: Type.Optional(Anything('Value to write', true)),
    config: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
        description: 'Processing parameters',
        examples: [{ maxDepth: 4 }],
      }),
    ),
  },
  { ...closed, description: 'A request' },
);

/** One request, or a bulk of them. */
export const JolokiaBody = Type.Unsafe<unknown>({
  ...Request,
  type: ['object', 'array'],
  items: Request,
  maxItems: 100,
  description: 'A request of the Jolokia protocol, or a list of up to 100 of them',
  examples: [{ type: 'read', mbean: 'java.lang:type=Memory' }],
});
