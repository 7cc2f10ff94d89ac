import type { NewRelease } from '../../../src/shared/contract/release.js';
import type { Proposal } from './proposals.js';

/** What a release would do with one service in one environment. */
export interface Draft extends Proposal {
  readonly environment: string;
  readonly picked: boolean;
  /** As it was typed. */
  readonly turn: string;
}

/** What somebody changed of a draft. */
export type Edit = Partial<Pick<Draft, 'picked' | 'version' | 'turn'>>;

/** What is proposed for one environment. */
export interface ProposedEnvironment {
  readonly environment: string;
  readonly proposals: readonly Proposal[];
}

/** Name of a target, as the address of a new release has it. */
export function placeOf({ service, environment }: Pick<Draft, 'service' | 'environment'>): string {
  return `${service}/${environment}`;
}

/**
 * The drafts of a release: environments have their turns one after the other. Picked is what would change, or with
 * `wanted` the targets that it names and no others.
 */
export function draftsOf(
  environments: readonly ProposedEnvironment[],
  wanted: readonly string[],
  edits: Readonly<Record<string, Edit>>,
): readonly Draft[] {
  return environments.flatMap(({ environment, proposals }, at) =>
    proposals.map((proposal) => {
      const place = placeOf({ ...proposal, environment });
      const { version, runs } = proposal;
      const picked = wanted.length > 0 ? wanted.includes(place) : version !== '' && version !== runs;
      return { ...proposal, environment, picked, turn: String(at + 1), ...edits[place] };
    }),
  );
}

/** Why the picked ones cannot be asked for yet; undefined when they can. */
export function whatIsMissing(picked: readonly Draft[]): string | undefined {
  if (picked.length === 0) return 'Pick a service';
  const without = picked.find(({ version }) => version.trim() === '');
  if (without) return `Say which version of ${without.service} in ${without.environment}`;
  const unordered = picked.find(({ turn }) => !/^\d{1,4}$/.test(turn));
  return unordered && `Say the turn of ${unordered.service} in ${unordered.environment}`;
}

/** The members of the request, in the order of the drafts. */
export function membersOf(picked: readonly Draft[]): NewRelease['members'] {
  return picked.map(({ service, environment, version, turn }) => ({
    service,
    environment,
    version: version.trim(),
    order: Number(turn),
  }));
}
