import { failure, type Failure } from '../../../shared/domain/failures.js';
import type { Turn } from '../../contract.js';
import type { Environment } from '../environment.js';
import type { Site } from '../rollout.js';
import { titleOf, type OptionName } from './option.js';
import { wantedOptions } from './wanted.js';
import { withoutValues } from './without-values.js';

/** Why Elastic Beanstalk would refuse the changed options, when it would. Nothing is asked when none changes. */
export async function validateOptions(
  turn: Turn,
  { eb, target }: Site,
  environment: Environment,
  changed: readonly OptionName[],
): Promise<Failure | undefined> {
  if (changed.length === 0) return undefined;
  const titles = new Set(changed.map(titleOf));
  const options = wantedOptions(target).filter((option) => titles.has(titleOf(option)));
  const messages = await eb.validateOptions(target.application, environment.name, options, turn.signal);
  const clean = messages.map((one) => ({ ...one, text: withoutValues(one.text, options) }));
  for (const { text } of clean.filter((one) => one.severity === 'warning')) {
    turn.say(`Option settings: ${text}`, 'warn');
  }
  const errors = clean.filter((one) => one.severity === 'error').map(({ text }) => text);
  if (errors.length === 0) return undefined;
  return failure('eb.options-invalid', `${environment.name}: ${errors.join('; ')}`);
}
