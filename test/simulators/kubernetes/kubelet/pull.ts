import type { ContainerRun } from './container-run.js';
import { fullReference } from './container-run.js';

/** Why an image cannot be had: the waiting reason, and what runtime and registry say. */
export interface PullProblem {
  reason: 'ErrImagePull' | 'InvalidImageName' | 'ErrImageNeverPull';
  message: string;
}

/** A problem that needs no registry to be seen: a malformed name. */
export function nameProblem(image: string): PullProblem | undefined {
  const repository = image.split('@')[0]?.replace(/:[^:/]*$/, '') ?? '';
  if (repository === repository.toLowerCase() && !/\s/.test(image)) return undefined;
  const why = `invalid reference format: repository name (${repository}) must be lowercase`;
  return {
    reason: 'InvalidImageName',
    message: `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${why}`,
  };
}

/** What this pull fails with; undefined when it succeeds. Call it after counting the pull. */
export function pullProblem(run: ContainerRun): PullProblem | undefined {
  const reference = fullReference(run.spec.image);
  const failed = (code: string, why: string): PullProblem => ({
    reason: 'ErrImagePull',
    message:
      `rpc error: code = ${code} desc = failed to pull and unpack image "${reference}": ` +
      `failed to resolve reference "${reference}": ${why}`,
  });
  const { name } = run.behaviour;
  if (name === 'image-not-found') return failed('NotFound', `${reference}: not found`);
  if (name === 'pull-denied') {
    return failed(
      'Unknown',
      'pull access denied, repository does not exist or may require authorization: ' +
        'server message: insufficient_scope: authorization failed',
    );
  }
  if (name !== 'pull-flaky' || run.pulls > run.behaviour.number('times', 2)) return undefined;
  const why =
    'failed to do request: Head "https://registry.invalid/v2/": dial tcp 192.0.2.1:443: i/o timeout';
  return failed('Unknown', why);
}
