import { failure } from '../../../shared/domain/failures.js';
import { failed, wait } from '../../../shared/domain/outcome.js';
import type { Step } from '../../contract.js';
import type { Rollout } from '../rollout.js';
import { sendUpdate } from './send-update.js';

const MOST_TRIES_FOR_VERSION = 5;

/** Sends the update to the new version, once. */
export function ensureUpdate(rollout: Rollout): Step {
  const { target, to } = rollout;
  return {
    id: 'ensure-update',
    title: `Deploy ${to} to ${target.environment}`,
    writes: true,
    deadlineMs: 900_000,
    run: (turn) =>
      sendUpdate(turn, rollout, {
        label: to,
        way: 'forward',
        onUnknownVersion: async (tries) =>
          // A version may stay invisible to UpdateEnvironment for some seconds after it was created.
          tries < MOST_TRIES_FOR_VERSION
            ? wait(3_000, `Elastic Beanstalk does not see version ${to} yet`)
            : failed(failure('eb.request-invalid', `Version ${to} of ${target.application} is not there.`)),
      }),
  };
}
