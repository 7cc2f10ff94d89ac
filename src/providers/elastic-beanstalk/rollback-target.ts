import { failure, type Failure } from '../../shared/domain/failures.js';
import type { Baseline } from './baseline.js';
import { recordedFingerprint } from './bundle/version-description.js';
import type { ApplicationVersion } from './environment.js';
import type { Found, Storage } from './storage.js';

/** Whether there is a way back, and to which bundle. */
export interface RollbackTarget {
  readonly rollback: Baseline['rollback'];
  readonly noRollback?: Failure;
}

/** What Elastic Beanstalk reports while only its own sample has ever run. */
export const SAMPLE_APPLICATION = 'Sample Application';

export interface Question {
  /** Label that runs now. */
  readonly label: string | undefined;
  /** Label to deploy. */
  readonly to: string;
  /** The registered version of `label`, when there is one. */
  readonly version: ApplicationVersion | undefined;
  /** Whether option settings change too; then even the same version has something to go back to. */
  readonly reconfigures: boolean;
}

/** Proves before the first write that the version that runs now could be deployed again. */
export async function rollbackTarget(
  question: Question,
  s3: Storage,
  signal: AbortSignal,
): Promise<RollbackTarget> {
  const found = await proveVersion(question, s3, signal);
  if (found.noRollback === undefined || !question.reconfigures) return found;
  const reason = `${found.rollback.reason ?? ''} The changed option settings would stay.`;
  return {
    rollback: { ...found.rollback, reason },
    noRollback: { ...found.noRollback, detail: reason },
  };
}

async function proveVersion(
  { label, to, version, reconfigures }: Question,
  s3: Storage,
  signal: AbortSignal,
): Promise<RollbackTarget> {
  if (label === undefined || label === SAMPLE_APPLICATION) {
    return none('rollback.nothing-before', `The environment runs ${label ?? 'no version'}.`);
  }
  if (label === to && !reconfigures) {
    return none('rollback.nothing-before', `The environment runs ${label} already; this deploys it again.`);
  }
  if (version === undefined) return none('rollback.version-gone', `Version ${label} has been deleted.`);
  if (version.status === 'failed') return none('rollback.version-gone', `Version ${label} is FAILED.`);
  if (version.bundle === undefined) return unproven(`version ${label} has no source bundle in S3`);
  const { bucket, key } = version.bundle;
  const url = `s3://${bucket}/${key}`;
  const head = await s3.head(version.bundle, signal);
  if (head.is === 'absent')
    return none('rollback.version-gone', `Version ${label} needs ${url}, which is gone.`);
  if (wasOverwritten(version, head)) {
    return none('rollback.version-gone', `Version ${label} needs ${url}, which was overwritten since.`);
  }
  if (head.is === 'hidden') return { rollback: { ...unproven(`S3 hides ${url}`).rollback, bucket, key } };
  return { rollback: { proof: 'proven', bucket, key } };
}

function wasOverwritten(version: ApplicationVersion, head: Found): boolean {
  const recorded = recordedFingerprint(version.description);
  return (
    head.is === 'found' && recorded?.startsWith('etag:') === true && recorded !== `etag:${head.object.etag}`
  );
}

function unproven(reason: string): RollbackTarget {
  return { rollback: { proof: 'unproven', reason } };
}

function none(code: 'rollback.nothing-before' | 'rollback.version-gone', reason: string): RollbackTarget {
  return { rollback: { proof: 'none', reason }, noRollback: failure(code, reason) };
}
