import type { Settings } from '../environment.js';
import type { Configuration } from '../gateway/environment-writes.js';
import type { Rollout } from '../rollout.js';
import { titleOf, type OptionName } from './option.js';
import { missing, wantedOptions } from './wanted.js';
import { remaining, wayBack } from './way-back.js';

/** A change of option settings on its way, forward or back. */
export interface Reconfiguration {
  readonly way: 'forward' | 'back';
  /** Id of the step that sends it. */
  readonly sender: 'ensure-options' | 'restore-options';
  readonly configuration: Configuration;
  /** What has not arrived yet. */
  outstanding(settings: Settings): readonly OptionName[];
}

/** From the settings before to those that the target wants. */
export function reconfiguration({ baseline, target }: Rollout): Reconfiguration {
  const { options: changes = [] } = baseline;
  const titles = new Set(changes.map(titleOf));
  const wanted = wantedOptions(target).filter((option) => titles.has(titleOf(option)));
  return {
    way: 'forward',
    sender: 'ensure-options',
    configuration: { set: wanted, remove: [] },
    outstanding: (settings) => missing(settings, changes, wanted),
  };
}

/** To the settings before, as far as they are known. */
export function restoration({ baseline }: Rollout): Reconfiguration {
  const { options: changes = [] } = baseline;
  return {
    way: 'back',
    sender: 'restore-options',
    configuration: wayBack(changes),
    outstanding: (settings) => remaining(settings, changes),
  };
}
