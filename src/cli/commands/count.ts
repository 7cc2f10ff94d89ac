import { InvalidArgumentError } from 'commander';

/** Reads a whole number of an option; anything else is a usage error. */
export function count(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      `It is not a whole number from ${least}${most < 1e9 ? ` to ${most}` : ' on'}.`,
    );
  };
}
