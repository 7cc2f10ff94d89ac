import { Type, type Static } from 'typebox';
import { EnvironmentName, ServiceName, Text, Timestamp } from './names.js';

const Verdict = Type.Enum(['passed', 'failed', 'unknown'], {
  description:
    '`passed`: it was seen to be so; `failed`: a deployment would not get past it; `unknown`: it could not be seen, which is never taken for passed',
  examples: ['passed'],
});

/** One thing that a deployment needs of the platform, as it was seen. */
export const ConnectionCheck = Type.Object(
  {
    check: Text('What was looked at', 'Namespace shop', 300),
    verdict: Verdict,
    seen: Text('What was seen', 'It is there', 2_000),
    todo: Type.Optional(Text('What to do about it', 'Make it: kubectl create namespace shop', 2_000)),
  },
  { description: 'One check' },
);

/** Whether the platform of a target can be reached and lets a deployment do its work. Nothing is written to find out. */
export const ConnectionView = Type.Object(
  {
    service: ServiceName,
    environment: EnvironmentName,
    provider: Text('Kind of the provider', 'kubernetes', 100),
    at: Timestamp('When a worker looked'),
    verdict: Type.Enum(['passed', 'failed', 'unknown'], {
      description: '`failed` when a check failed, else `unknown` when one is unknown, else `passed`',
      examples: ['passed'],
    }),
    checks: Type.Array(ConnectionCheck, {
      description: 'Every check, in the order of its making',
      examples: [[{ check: 'Namespace shop', verdict: 'passed', seen: 'It is there' }]],
    }),
  },
  { description: 'What a test of the connection to a target came to' },
);

export type ConnectionCheck = Static<typeof ConnectionCheck>;
export type ConnectionView = Static<typeof ConnectionView>;
