import type { Verdict } from '../../shared/domain/verdict.js';
import type { Environment } from './environment.js';

/** Health words of Elastic Beanstalk, normalised; the colours of basic reporting are mapped to them. */
export const HEALTH_WORDS = [
  'ok',
  'info',
  'warning',
  'degraded',
  'severe',
  'pending',
  'unknown',
  'suspended',
  'nodata',
] as const;

export type HealthWord = (typeof HEALTH_WORDS)[number];

/** One reading of the health of an environment. */
export interface HealthReading {
  readonly word: HealthWord;
  readonly verdict: Verdict;
}

const OF_COLOR: Readonly<Record<string, HealthWord>> = {
  green: 'ok',
  yellow: 'warning',
  red: 'severe',
  grey: 'unknown',
};

/**
 * Only an accepted word is healthy. Pending is progress; Grey, Unknown, No Data and Suspended are unknown and so
 * never a success (developer guide, "Health colors and statuses").
 */
export function readHealth(environment: Environment, accepted: readonly string[]): HealthReading {
  const word = healthWord(environment);
  if (accepted.some((one) => one.toLowerCase() === word)) return { word, verdict: 'healthy' };
  switch (word) {
    case 'ok':
    case 'info':
    case 'warning':
    case 'pending':
      return { word, verdict: 'progressing' };
    case 'degraded':
    case 'severe':
      return { word, verdict: 'degraded' };
    case 'unknown':
    case 'suspended':
    case 'nodata':
      return { word, verdict: 'unknown' };
  }
}

/** The word for the health of an environment, whatever its reporting and spelling. */
export function healthWord(environment: Environment): HealthWord {
  const plain = (environment.healthStatus ?? '').replaceAll(/[\s_-]/g, '').toLowerCase();
  return (
    HEALTH_WORDS.find((word) => word === plain) ?? OF_COLOR[environment.color.toLowerCase()] ?? 'unknown'
  );
}

/** Whether an environment was red already; then health alone cannot judge what was deployed to it. */
export function isRed(word: string): boolean {
  return word === 'degraded' || word === 'severe';
}

/** Whether `word` is at least as good as `before`. Words that say nothing are worse than any that do. */
export function isNoWorse(word: string, before: string): boolean {
  return rank(word) <= rank(before);
}

function rank(word: string): number {
  const place = HEALTH_WORDS.findIndex((one) => one === word);
  const lastSpeaking = HEALTH_WORDS.indexOf('severe');
  return place === -1 || place > lastSpeaking ? lastSpeaking + 1 : place;
}
