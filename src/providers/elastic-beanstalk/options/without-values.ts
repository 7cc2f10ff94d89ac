import type { OptionSetting } from './option.js';

const SHORTEST = 4;

/** A message of Elastic Beanstalk without the option values that it quotes, since they may be secrets. */
export function withoutValues(message: string, options: readonly OptionSetting[]): string {
  const longestFirst = options.map(({ value }) => value).sort((a, b) => b.length - a.length);
  let clean = message;
  for (const value of longestFirst) {
    if (value === '') continue;
    clean = clean.replaceAll(`'${value}'`, "'…'").replaceAll(`"${value}"`, '"…"');
    if (value.length >= SHORTEST) clean = clean.replaceAll(value, '…');
  }
  return clean;
}
