import { Type, type Static } from 'typebox';

/** RFC 9457 with our three additions: a stable code, the request id and every violation. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'Page about this code', examples: ['/docs/problems/request.invalid'] }),
    title: Type.String({ description: 'What happened', examples: ['The request is invalid'] }),
    status: Type.Integer({ description: 'HTTP status', examples: [422] }),
    code: Type.String({ description: 'Stable code', examples: ['request.invalid'] }),
    detail: Type.Optional(
      Type.String({ description: 'What was seen and what to do', examples: ['2 violations'] }),
    ),
    requestId: Type.String({ description: 'Quote this when you ask for help', examples: ['01kaq…'] }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: 'JSON Pointer into the request', examples: ['/version'] }),
          detail: Type.String({ description: 'What is wrong there', examples: ['is required'] }),
        }),
        { description: 'Every violation', examples: [[{ pointer: '/version', detail: 'is required' }]] },
      ),
    ),
  },
  { description: 'An error', additionalProperties: true },
);

export type Problem = Static<typeof Problem>;
