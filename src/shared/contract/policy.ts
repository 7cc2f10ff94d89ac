import { Type, type Static } from 'typebox';
import { closed, Milliseconds } from './names.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Limits of each state; past them the deployment is ended, with a rollback where something was written. */
export const Deadlines = Type.Object(
  {
    queueMs: Type.Optional(
      Milliseconds('Longest wait before a worker starts it', 1000, 30 * 24 * HOUR, 24 * HOUR),
    ),
    prepareMs: Type.Optional(
      Milliseconds(
        'Longest wait for a target that is busy with something else',
        1000,
        24 * HOUR,
        15 * MINUTE,
      ),
    ),
    stepMs: Type.Optional(
      Milliseconds(
        'Longest time for a step whose provider sets no limit of its own',
        1000,
        24 * HOUR,
        30 * MINUTE,
      ),
    ),
    verifyMs: Type.Optional(
      Milliseconds(
        'Longest time for each proof of health, and for the clean-up behind a version that has given them all',
        1000,
        24 * HOUR,
        15 * MINUTE,
      ),
    ),
  },
  { ...closed, description: 'Deadlines of a deployment' },
);

export const Policy = Type.Object(
  {
    rollback: Type.Optional(
      Type.Enum(['auto', 'never'], {
        default: 'auto',
        description: 'Whether a bad version is undone',
        examples: ['auto'],
      }),
    ),
    requireBaseline: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Refuse before the first write when there is no way back',
        examples: [true],
      }),
    ),
    onBusy: Type.Optional(
      Type.Enum(['queue', 'supersede', 'reject'], {
        default: 'queue',
        description: 'What a request does when the target is busy, unless it says so itself',
        examples: ['queue'],
      }),
    ),
    images: Type.Optional(
      Type.Enum(['any', 'digest'], {
        default: 'any',
        description:
          'Whether images may be deployed whose digest nobody knows: named by a tag of a registry that is not configured',
        examples: ['digest'],
      }),
    ),
    deadlines: Type.Optional(Deadlines),
  },
  { ...closed, description: 'How deployments of a target behave' },
);

const timing = {
  timeoutMs: Type.Optional(Milliseconds('Limit of one try', 100, 60_000, 5_000)),
  intervalMs: Type.Optional(Milliseconds('Pause between tries', 100, 10 * MINUTE, 5_000)),
  graceMs: Type.Optional(Milliseconds('Failures are not counted for so long', 0, HOUR, 30_000)),
  successes: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 1,
      description: 'Good tries in a row that pass',
      examples: [2],
    }),
  ),
  failures: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 3,
      description: 'Bad tries in a row that fail',
      examples: [3],
    }),
  ),
};

export const HttpCheck = Type.Object(
  {
    type: Type.Literal('http'),
    url: Type.String({
      minLength: 1,
      maxLength: 2000,
      description: 'Absolute URL, or a path on the address of the target',
      examples: ['/health'],
    }),
    headers: Type.Optional(
      Type.Record(
        Type.String({
          pattern:
            "^(?!(?:host|connection|content-length|transfer-encoding|upgrade)$)[a-z0-9!#$%&'*+.^_`|~-]{1,100}$",
        }),
        Type.String({
          minLength: 1,
          maxLength: 4000,
          description: 'Value, or a reference to a secret',
          examples: ['vault:secret/shop/check#authorization'],
        }),
        {
          additionalProperties: false,
          maxProperties: 20,
          description: 'Headers to send, names in lower case',
          examples: [{ authorization: 'vault:secret/shop/check#authorization' }],
        },
      ),
    ),
    status: Type.Optional(
      Type.Array(Type.Integer({ minimum: 100, maximum: 599 }), {
        minItems: 1,
        maxItems: 20,
        default: [200],
        description: 'Accepted status codes',
        examples: [[200, 204]],
      }),
    ),
    bodyIncludes: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 500,
        description:
          'Text that the first 64 KiB of the answer must contain; {version} stands for the version',
        examples: ['{version}'],
      }),
    ),
    ...timing,
  },
  { ...closed, description: 'An HTTP request that must succeed; redirects are not followed' },
);

export const TcpCheck = Type.Object(
  {
    type: Type.Literal('tcp'),
    host: Type.String({
      minLength: 1,
      maxLength: 253,
      description: 'Host name or address',
      examples: ['db.example.com'],
    }),
    port: Type.Integer({ minimum: 1, maximum: 65535, description: 'Port', examples: [5432] }),
    ...timing,
  },
  { ...closed, description: 'A TCP connection that must open' },
);

export const Verify = Type.Object(
  {
    stabilityMs: Type.Optional(
      Milliseconds('How long the new version must stay healthy', 0, 24 * HOUR, 60_000),
    ),
    checks: Type.Optional(
      Type.Array(Type.Union([HttpCheck, TcpCheck]), {
        maxItems: 20,
        description: 'Active checks, each must pass',
        examples: [[{ type: 'http', url: '/health' }]],
      }),
    ),
  },
  { ...closed, description: 'Proofs that a new version must give beyond the health of the provider' },
);

export type Policy = Static<typeof Policy>;
export type Deadlines = Static<typeof Deadlines>;
export type Verify = Static<typeof Verify>;
export type HttpCheck = Static<typeof HttpCheck>;
export type TcpCheck = Static<typeof TcpCheck>;
export type Check = HttpCheck | TcpCheck;
