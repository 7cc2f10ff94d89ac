import { decide } from '../../shared/domain/access.js';
import { grantsOf } from '../../shared/domain/access-directory.js';
import { OPERATIONS, type Asker, type Operation } from '../../shared/domain/operations.js';
import type { DirectoryStore } from '../../shared/store/directory.js';
import type { StoredToken, Tokens } from '../../shared/store/tokens.js';

export interface StandingDeps {
  readonly directory: Pick<DirectoryStore, 'refresh'>;
  readonly tokens: Pick<Tokens, 'list'>;
}

/**
 * Why whoever asked may not have it done any more: the right, the token, or the person is gone; undefined when they may. A
 * session that has ended since and the end of a CI run count for nothing: the wish was theirs when it was made.
 */
export async function whyNotAllowed(
  { directory, tokens }: StandingDeps,
  { asker, kind, service, environment }: Operation,
): Promise<string | undefined> {
  // The bootstrap token is known to the API alone; without it no operation of its would have been accepted.
  if (asker.id === 'bootstrap') return undefined;
  const known = await directory.refresh();
  const token = cameByToken(asker) ? (await tokens.list()).find(({ id }) => id === asker.id) : undefined;
  if (cameByToken(asker) && !isGood(token)) return `The token ${asker.name} has ended or was removed`;
  const grants = grantsOf(known, asker.owner, token);
  if (!grants) return `The ${asker.owner.kind} ${asker.owner.name} is disabled or was removed`;
  const { verb } = OPERATIONS[kind];
  return decide(grants, verb, { service, environment }).allowed
    ? undefined
    : `${asker.name} lacks the right ${verb} on ${service} in ${environment} by now`;
}

/** People who signed in by name and CI runs have no stored token. */
function cameByToken({ id }: Asker): boolean {
  return !/^(person|ci):/.test(id);
}

function isGood(token: StoredToken | undefined): token is StoredToken {
  return token !== undefined && Date.parse(token.expiresAt) > Date.now();
}
