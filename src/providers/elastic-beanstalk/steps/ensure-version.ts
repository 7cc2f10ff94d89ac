import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { needsProcessing } from '../bundle/bundle-names.js';
import { findBundle } from '../bundle/find-bundle.js';
import { readyBundle } from '../bundle/ready-bundle.js';
import { recordedFingerprint, versionDescription } from '../bundle/version-description.js';
import type { ApplicationVersion } from '../environment.js';
import { isVersionTaken } from '../failures.js';
import type { ReadyBundle, Rollout } from '../rollout.js';

/** Registers the bundle as an application version. A label that exists is used when it means the same bundle. */
export function ensureVersion(rollout: Rollout): Step {
  return {
    id: 'ensure-version',
    title: `Register version ${rollout.to} of ${rollout.target.application}`,
    writes: false,
    deadlineMs: 600_000,
    run: (turn) => run(turn, rollout),
  };
}

async function run(turn: Turn, rollout: Rollout): Promise<Outcome> {
  const { eb, memory, target, to } = rollout;
  const bundle = memory.bundle ?? (await bundleAgain(turn, rollout));
  if (bundle === undefined) {
    return failed(failure('eb.bundle-missing', `The bundle of ${to} is not in S3 any more.`));
  }
  if (!memory.labelIsFree) {
    const [version] = await eb.versions(target.application, [to], turn.signal);
    if (version !== undefined) return judge(turn, rollout, version, bundle);
  }
  memory.labelIsFree = false;
  return await create(turn, rollout, bundle);
}

/** For a session that resumed after the bundle was made ready. */
async function bundleAgain(turn: Turn, rollout: Rollout): Promise<ReadyBundle | undefined> {
  const found = await findBundle(rollout, turn.signal);
  if (found.is === 'missing' || found.put !== undefined) return undefined;
  const ready = await readyBundle(rollout, found, turn.signal);
  return ready.is === 'ready' ? ready.bundle : undefined;
}

async function create(turn: Turn, rollout: Rollout, bundle: ReadyBundle): Promise<Outcome> {
  const { eb, release, target, to } = rollout;
  await turn.intend(to);
  try {
    const version = await eb.createVersion(
      {
        application: target.application,
        label: to,
        bundle: bundle.location,
        description: versionDescription(release.message, release.deploymentId, bundle.fingerprint),
        process: isToProcess(rollout, bundle),
      },
      turn.signal,
    );
    turn.say(`Registered version ${to} of ${target.application}`);
    return judge(turn, rollout, version, bundle);
  } catch (error) {
    // Ours, when the reply to an earlier call was lost, or somebody else's: the next look compares the bundles.
    if (isVersionTaken(error)) return wait(1_000, `version ${to} exists already`);
    throw error;
  }
}

function isToProcess({ target }: Rollout, { names }: ReadyBundle): boolean {
  switch (target.process ?? 'auto') {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'auto':
      return names !== undefined && needsProcessing(names);
  }
}

function judge(
  turn: Turn,
  { target, to }: Rollout,
  version: ApplicationVersion,
  bundle: ReadyBundle,
): Outcome {
  const difference = differenceOf(version, bundle);
  if (difference !== undefined) {
    return failed(failure('eb.version-conflict', `Version ${to} of ${target.application} ${difference}`));
  }
  switch (version.status) {
    case 'failed':
      return failed(failure('eb.version-failed', `Version ${to} of ${target.application} is FAILED.`));
    case 'processing':
    case 'building':
      return wait(4_000, `Elastic Beanstalk is ${version.status} version ${to}`);
    default:
      turn.say(`Version ${to} is ready`, 'debug');
      return done;
  }
}

/** How the registered version differs from the bundle, when it does. */
function differenceOf(version: ApplicationVersion, bundle: ReadyBundle): string | undefined {
  const recorded = recordedFingerprint(version.description);
  if (recorded === bundle.fingerprint) return undefined;
  const { bucket, key } = version.bundle ?? {};
  const isSamePlace = bucket === bundle.location.bucket && key === bundle.location.key;
  if (isSamePlace && recorded === undefined) return undefined;
  if (isSamePlace) return 'was made when its bundle had another content; the object was overwritten.';
  return `has the bundle s3://${bucket ?? '?'}/${key ?? '?'}, not s3://${bundle.location.bucket}/${bundle.location.key}.`;
}
