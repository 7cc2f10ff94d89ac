import type { Turn } from '../../contract.js';
import { isConfigurationUnknown } from '../failures.js';
import type { Site } from '../rollout.js';
import { configurationName } from './idle-configuration.js';

/** Removes the saved configuration of this deployment, if it made one. That it stays is no reason to fail. */
export async function dropConfiguration(turn: Turn, { eb, release, target }: Site): Promise<void> {
  if (turn.noteOf('forward', 'ensure-idle') === undefined) return;
  const name = configurationName(release.deploymentId);
  try {
    await eb.deleteConfiguration(target.application, name, turn.signal);
  } catch (error) {
    if (turn.signal.aborted) throw error;
    if (!isConfigurationUnknown(error)) {
      const why = error instanceof Error ? error.name : 'unknown';
      turn.say(`The saved configuration ${name} could not be removed (${why}); it may be deleted`, 'warn');
    }
  }
}
