import { Type } from 'typebox';

export const LiveView = Type.Object(
  { status: Type.Enum(['ok'], { description: 'The process runs', examples: ['ok'] }) },
  { description: 'Liveness' },
);

export const ReadyView = Type.Object(
  {
    status: Type.Enum(['ok', 'unavailable'], {
      description: 'Whether requests can be served',
      examples: ['ok'],
    }),
    checks: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ description: 'What was looked at', examples: ['redis'] }),
            ok: Type.Boolean({ description: 'Whether it is well', examples: [true] }),
            detail: Type.Optional(
              Type.String({ description: 'What was seen', examples: ['PING was not answered'] }),
            ),
          },
          { description: 'One check' },
        ),
        { description: 'Each check, when asked with `verbose`', examples: [[{ name: 'redis', ok: true }]] },
      ),
    ),
  },
  { description: 'Readiness' },
);
