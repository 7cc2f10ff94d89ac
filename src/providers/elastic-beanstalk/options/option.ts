/** An option of Elastic Beanstalk. */
export interface OptionName {
  readonly namespace: string;
  readonly name: string;
}

/** An option with its value, which may be a secret and is never shown. */
export interface OptionSetting extends OptionName {
  readonly value: string;
}

/** What people call an option. */
export function titleOf({ namespace, name }: OptionName): string {
  return `${namespace}/${name}`;
}

/** What people call several. */
export function titlesOf(options: readonly OptionName[]): string {
  return options.map(titleOf).join(', ');
}
