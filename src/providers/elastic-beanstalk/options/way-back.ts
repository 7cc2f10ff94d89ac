import type { Configuration } from '../gateway/environment-writes.js';
import { titleOf } from './option.js';
import { isSame, type OptionChange } from './wanted.js';
import type { Settings } from '../environment.js';

// Elastic Beanstalk answers with asterisks instead of passwords.
const MASKED = /^\*+$/;
/** Settings whose effect outlives their value, by namespace and name (developer guide, "General options"). */
const LASTING: readonly (readonly [RegExp, string])[] = [
  [/^aws:rds:/, 'what was done to the database stays done'],
  [/^aws:ec2:vpc\//, 'Elastic Beanstalk does not move an environment back between networks'],
  [
    /^aws:elasticbeanstalk:environment\/(LoadBalancerType|EnvironmentType|LoadBalancerIsShared)$/,
    'the load balancer is made anew, with another address',
  ],
];

/** Whether a value is one that Elastic Beanstalk hides. */
export function isMasked(value: string | undefined): boolean {
  return MASKED.test(value ?? '');
}

/** Why the value before cannot be brought back, or not wholly; `undefined` when it can. */
export function lossOf(change: OptionChange): string | undefined {
  const title = titleOf(change);
  if (isMasked(change.before)) return `${title}: Elastic Beanstalk hides its value before`;
  const lasting = LASTING.find(([pattern]) => pattern.test(title));
  return lasting && `${title}: ${lasting[1]}`;
}

/** What brings the values before back; options that were not set are removed. Masked values are left out. */
export function wayBack(changes: readonly OptionChange[]): Configuration {
  return {
    set: changes.flatMap(({ namespace, name, before }) =>
      before === undefined || isMasked(before) ? [] : [{ namespace, name, value: before }],
    ),
    remove: changes
      .filter(({ before }) => before === undefined)
      .map(({ namespace, name }) => ({ namespace, name })),
  };
}

/** The changes that are still in force although they could be taken back. */
export function remaining(settings: Settings, changes: readonly OptionChange[]): readonly OptionChange[] {
  const { set, remove } = wayBack(changes);
  const back = new Set([...set, ...remove].map(titleOf));
  return changes.filter(
    (change) => back.has(titleOf(change)) && !isSame(settings.get(titleOf(change)), change.before),
  );
}
