import type { FailureRow } from './row.js';

/** What can go wrong with secrets that a target refers to. Details name references, never values. */
export const SECRETS_FAILURES = {
  'secrets.unavailable': {
    title: 'Secrets of the target could not be read in time',
    blame: 'operator',
    hint: 'Unseal or reach Vault as the message says, then deploy again.',
  },
  'secrets.denied': {
    title: 'A secret of the target may not be read',
    blame: 'operator',
    hint: 'Give the role of Beanpod in Vault the right to read the path, or correct the reference.',
  },
  'secrets.missing': {
    title: 'A secret of the target does not exist',
    blame: 'request',
    hint: 'Write the secret, or correct the reference that the message names.',
  },
  'secrets.reference-invalid': {
    title: 'A reference to a secret cannot be read',
    blame: 'request',
    hint: 'Write vault:<mount>/<path>#<key>, file:/<path> or env:<NAME>; put literal: before a text that is no reference.',
  },
  'secrets.unconfigured': {
    title: 'The workers cannot read the secrets of the target',
    blame: 'operator',
    hint: 'Set what the message names on the workers; docs/secrets.md explains it.',
  },
  'secrets.key-missing': {
    title: 'What was stored encrypted cannot be read',
    blame: 'operator',
    hint: 'Put the key that the message names back into BEANPOD_ENCRYPTION_KEYS of the workers.',
  },
} as const satisfies Record<string, FailureRow>;
