import { fingerprintOf, type Expected } from '../shared/store/fingerprint.js';
import { Refusal } from './refusal.js';
import type { Answer, Around } from './route.js';

/** The headers of a change that a caller makes only if nobody else has made one, for the description. */
export const CONDITIONS = {
  'If-Match': 'ETag of what the caller has read, or `*`: change it only if it is still so',
  'If-None-Match': '`*`: change it only if there is nothing yet',
};

/** The answer when it is not so. */
export const MOVED: Answer = {
  description: 'It is not what If-Match says; `ETag` tells what it is',
  types: ['application/problem+json'],
};

/** The header of an answer that tells what is stored. */
export function etagHeader(stored: string): Readonly<Record<string, string>> {
  return { etag: `"${fingerprintOf(stored)}"` };
}

/**
 * What a caller expects to be stored, by If-Match and If-None-Match; undefined when they do not care. An ETag that is
 * not one of ours, or a weak one, fits nothing.
 */
export function expectedBy({ header }: Pick<Around, 'header'>): Expected | undefined {
  const [match, none] = [header('if-match')?.trim(), header('if-none-match')?.trim()];
  if (none === '*') return 'nothing';
  if (match === undefined) return undefined;
  if (match === '*') return 'any';
  return [...match.slice(0, 4_096).matchAll(/(?:^|,)\s*"([0-9a-f]{40})"\s*(?=,|$)/g)].map(
    ([, tag = '']) => tag,
  );
}

/** Throws the 412 Refusal for a change that was not made because something else is stored. */
export function proveUnmoved<S extends { readonly said: string }>(
  answer: S | { readonly said: 'moved'; readonly stored?: string },
): asserts answer is Exclude<S, { readonly said: 'moved' }> {
  if (answer.said !== 'moved') return;
  const { stored } = answer as { readonly stored?: string };
  throw new Refusal(
    'configuration.changed',
    stored === undefined
      ? 'There is nothing stored under this name'
      : 'Something else is stored under this name',
    { headers: stored === undefined ? {} : { etag: `"${stored}"` } },
  );
}
