import type { ConfigurationChoice } from '../manifests/configuration.js';
import type { Hook } from '../manifests/hooks.js';
import type { Problem } from '../manifests/problem.js';
import type { Member } from './member.js';

/** A hook with where its Job goes, under a name that no other deployment uses. */
export interface PreparedHook extends Pick<Hook, 'at' | 'weight'> {
  readonly member: Member;
}

/** The set of a release, ready to be applied. */
export interface PreparedSet {
  readonly members: readonly Member[];
  readonly waves: readonly (readonly Member[])[];
  readonly hooks: readonly PreparedHook[];
  readonly warnings: readonly Problem[];
  readonly choices: readonly ConfigurationChoice[];
}
