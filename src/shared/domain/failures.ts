import { CORE_FAILURES } from './failures/core.js';
import { ELASTIC_BEANSTALK_FAILURES } from './failures/elastic-beanstalk.js';
import { IMAGES_FAILURES } from './failures/images.js';
import { KUBERNETES_FAILURES } from './failures/kubernetes.js';
import type { FailureRow } from './failures/row.js';
import { SECRETS_FAILURES } from './failures/secrets.js';

/** What went wrong, as data: stored, shown and sent; never thrown. `detail` says what was seen, with names and numbers. */
export interface Failure extends FailureRow {
  readonly code: string;
  readonly detail: string;
}

/** Every failure that Beanpod itself can report. Providers outside this repository bring their own rows. */
export const FAILURES = {
  ...CORE_FAILURES,
  ...ELASTIC_BEANSTALK_FAILURES,
  ...KUBERNETES_FAILURES,
  ...IMAGES_FAILURES,
  ...SECRETS_FAILURES,
};

export type FailureCode = keyof typeof FAILURES;

/** A failure of the catalogue with what was seen this time. */
export function failure(code: FailureCode, detail: string): Failure {
  return { code, ...FAILURES[code], detail };
}
