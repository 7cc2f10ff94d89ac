import { Type } from 'typebox';
import { setting } from './setting.js';

/** Settings of the gateway, and of how the API reaches it. */
export const GATEWAY_SETTINGS = {
  gatewayUrl: setting(
    'BEANPOD_GATEWAY_URL',
    Type.String({
      pattern: '^https?://[^/?#@]+/?$',
      description:
        'Address by which the API reaches the gateway; without it nothing live is shown of Kubernetes. The role `all` has one of its own',
    }),
  ),
  gatewayKey: setting(
    'BEANPOD_GATEWAY_KEY',
    Type.String({
      minLength: 32,
      maxLength: 500,
      description:
        'Key by which the API signs what the gateway may do; the same on both. The role `all` makes one when it is unset',
    }),
    undefined,
    'secret',
  ),
  gatewayPort: setting(
    'BEANPOD_GATEWAY_PORT',
    Type.Integer({
      minimum: 0,
      maximum: 65_535,
      description: 'Port that the gateway listens on, for the API alone; 0 takes any free one',
    }),
    8090,
  ),
  gatewayTails: setting(
    'BEANPOD_GATEWAY_TAILS',
    Type.Integer({ minimum: 1, maximum: 10_000, description: 'Logs that one gateway follows at once' }),
    500,
  ),
  tailsPerPerson: setting(
    'BEANPOD_TAILS_PER_PERSON',
    Type.Integer({
      minimum: 1,
      maximum: 10_000,
      description: 'Logs that one person or token follows at once at one gateway',
    }),
    20,
  ),
  tailsPerTarget: setting(
    'BEANPOD_TAILS_PER_TARGET',
    Type.Integer({
      minimum: 1,
      maximum: 10_000,
      description: 'Readers that follow the logs of one target at once at one gateway',
    }),
    50,
  ),
  gatewayShells: setting(
    'BEANPOD_GATEWAY_SHELLS',
    Type.Integer({ minimum: 1, maximum: 10_000, description: 'Shells that one gateway has at once' }),
    200,
  ),
  execIdleMinutes: setting(
    'BEANPOD_EXEC_IDLE_MINUTES',
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1_440,
      description: 'Minutes after which a shell ends in which nobody types',
    }),
    15,
  ),
  execMaxMinutes: setting(
    'BEANPOD_EXEC_MAX_MINUTES',
    Type.Number({ exclusiveMinimum: 0, maximum: 1_440, description: 'Longest life of a shell in minutes' }),
    60,
  ),
} as const;
