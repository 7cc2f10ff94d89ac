import type { Settings } from '../environment.js';
import { isSame, withOptions } from '../options/wanted.js';
import type { OptionName, OptionSetting } from '../options/option.js';

/** Settings that belong to one environment alone and never agree between two. */
const OWN =
  /^(aws:cloudformation:template:parameter|aws:elasticbeanstalk:sns:topics)\/|\/SecurityGroups$|\/ManagedSecurityGroup$/;

/** Names of the settings in which the idle environment differs from the live one with the wanted options. */
export function differences(
  live: Settings,
  idle: Settings,
  wanted: readonly OptionSetting[],
): readonly string[] {
  const goal = withOptions(live, wanted);
  const all = new Set([...goal.keys(), ...idle.keys()]);
  return [...all].filter((key) => !OWN.test(key) && !isSame(goal.get(key), idle.get(key))).sort();
}

/** Settings that only the idle environment has; a saved configuration does not take them away. */
export function surplus(live: Settings, idle: Settings, wanted: readonly OptionSetting[]): OptionName[] {
  const goal = withOptions(live, wanted);
  const own = [...idle.keys()].filter((key) => !goal.has(key) && !OWN.test(key));
  return own.sort().map((key) => {
    const [namespace = '', ...name] = key.split('/');
    return { namespace, name: name.join('/') };
  });
}

/** The name of the saved configuration that a deployment makes for itself. */
export function configurationName(deploymentId: string): string {
  return `beanpod-${deploymentId}`.slice(0, 100);
}
