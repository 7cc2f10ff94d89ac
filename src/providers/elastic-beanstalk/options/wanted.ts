import type { Settings } from '../environment.js';
import type { ElasticBeanstalkTarget } from '../target.js';
import { titleOf, type OptionName, type OptionSetting } from './option.js';

/** An option that a deployment changes, with its value before; without one it was not set. */
export interface OptionChange extends OptionName {
  readonly before?: string;
}

const COMMAND = 'aws:elasticbeanstalk:command';

/** The options that a target asks for, in a stable order; its `deploymentPolicy` is one of them. */
export function wantedOptions({ options = {}, deploymentPolicy }: ElasticBeanstalkTarget): OptionSetting[] {
  const wanted = new Map<string, OptionSetting>();
  const all = Object.entries(options).flatMap(([namespace, values]) =>
    Object.entries(values).map(([name, value]) => ({ namespace, name, value })),
  );
  for (const option of all) wanted.set(titleOf(option), option);
  if (deploymentPolicy !== undefined) {
    const option = { namespace: COMMAND, name: 'DeploymentPolicy', value: deploymentPolicy };
    wanted.set(titleOf(option), option);
  }
  return [...wanted.values()].sort((a, b) => (titleOf(a) < titleOf(b) ? -1 : 1));
}

/** Those that differ from the settings in force, with what to go back to. */
export function changesFrom(settings: Settings, wanted: readonly OptionSetting[]): OptionChange[] {
  return wanted.flatMap(({ namespace, name, value }) => {
    const before = settings.get(titleOf({ namespace, name }));
    if (isSame(before, value)) return [];
    return [{ namespace, name, ...(before !== undefined && { before }) }];
  });
}

/** The settings that would be in force with the wanted options. */
export function withOptions(settings: Settings, wanted: readonly OptionSetting[]): Settings {
  return new Map([...settings, ...wanted.map((option) => [titleOf(option), option.value] as const)]);
}

/**
 * Changes that did not arrive. A value that reads differently from what was sent but also from what was before has
 * arrived: Elastic Beanstalk masks some values and writes others in its own way.
 */
export function missing(
  settings: Settings,
  changes: readonly OptionChange[],
  wanted: readonly OptionSetting[],
): readonly OptionChange[] {
  const values = new Map(wanted.map((option) => [titleOf(option), option.value]));
  return changes.filter((change) => {
    const now = settings.get(titleOf(change));
    return now === change.before && !isSame(now, values.get(titleOf(change)));
  });
}

/** Booleans are spelt in several ways. */
export function isSame(a: string | undefined, b: string | undefined): boolean {
  if (a === b) return true;
  const isBoolean = /^(true|false)$/i;
  return isBoolean.test(a ?? '') && a?.toLowerCase() === b?.toLowerCase();
}
