import { decide } from '../../shared/domain/access.js';
import { hasRole, type Directory, type Owner } from '../../shared/domain/access-directory.js';
import type { NewToken } from '../../shared/contract/token.js';
import { Refusal } from '../refusal.js';
import type { Caller } from './caller.js';
import { invalid } from '../violations.js';
import { denied } from './permit.js';

/** How long a token of a CI run lasts at most: longer than a deployment, shorter than a leak stays unnoticed. */
const CI_TOKEN_MS = 2 * 3_600_000;

/**
 * Whom a new token is to belong to, and how long it may last at most. Throws a Refusal for callers who may not make
 * it: with a token one makes no further ones, unless it has the right `admin`.
 */
export function judgeToken(
  directory: Directory,
  { role, rules, account }: NewToken,
  caller: Caller,
): { readonly owner: Owner; readonly lastsMs: number } {
  if ((role === undefined) === (rules === undefined))
    throw invalid([{ pointer: '', detail: 'must have a role or rules, and not both' }]);
  if (role !== undefined && !hasRole(directory, role))
    throw invalid([{ pointer: '/role', detail: `is not a role: there is no ${role}` }]);
  const admin = decide(caller.grants, 'admin', {});
  if (account !== undefined) {
    if (!admin.allowed) throw denied(caller, 'admin', 'for the whole installation', admin);
    if (!directory.accounts.has(account))
      throw new Refusal('account.unknown', `There is no service account ${account}`);
    return { owner: { kind: 'service-account', name: account }, lastsMs: Infinity };
  }
  if (caller.by === 'ci') return { owner: caller.owner, lastsMs: CI_TOKEN_MS };
  const isOwn = caller.by === 'session' && caller.owner.kind === 'person' && caller.id.startsWith('person:');
  if (isOwn || admin.allowed) return { owner: caller.owner, lastsMs: Infinity };
  throw denied(caller, 'admin', 'for the whole installation', admin);
}
