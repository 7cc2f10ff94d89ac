import { Type } from 'typebox';
import { NAME_PATTERN, VERSION_PATTERN } from '../domain/ids.js';

export const closed = { additionalProperties: false } as const;

export const ServiceName = Type.String({
  pattern: NAME_PATTERN,
  description: 'Name of a service',
  examples: ['shop-api'],
});
export const EnvironmentName = Type.String({
  pattern: NAME_PATTERN,
  description: 'Name of an environment',
  examples: ['staging'],
});
export const VersionName = Type.String({
  pattern: VERSION_PATTERN,
  description: 'Name of a version',
  examples: ['118'],
});
export const Text = (description: string, example: string, maxLength = 500) =>
  Type.String({ minLength: 1, maxLength, description, examples: [example] });
export const Timestamp = (description: string) =>
  Type.String({ format: 'date-time', description, examples: ['2026-11-21T21:04:45.887Z'] });
export const Milliseconds = (description: string, minimum: number, maximum: number, standard: number) =>
  Type.Integer({
    minimum,
    maximum,
    default: standard,
    description: `${description}, in milliseconds`,
    examples: [standard],
  });
