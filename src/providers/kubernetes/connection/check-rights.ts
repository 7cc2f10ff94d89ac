import type { ConnectionCheck } from '../../../shared/contract/connection.js';
import { checked, failed, passed, type Finding, type Look } from '../../connection-check.js';
import type { Gateway, Permission } from '../gateway.js';
import { missingPermissions, verbsByKind } from '../review/permissions.js';

/** What the rights are called together, where none of them could be asked for. */
export const RIGHTS = 'Rights of a deployment';

/** Asks the API server for each right: one check for each kind and namespace, or one alone when it does not answer. */
export async function checkRights(
  needed: readonly Permission[],
  gateway: Gateway,
  { withinMs, explain }: Pick<Look, 'withinMs' | 'explain'>,
  signal: AbortSignal,
): Promise<readonly ConnectionCheck[]> {
  const answers: (readonly Permission[])[] = [];
  const asked = await checked(
    {
      check: RIGHTS,
      withinMs,
      explain,
      async look(within) {
        answers.push(await missingPermissions(needed, gateway, within));
        return passed('Asked for');
      },
    },
    signal,
  );
  const [missing] = answers;
  if (!missing) return [asked];
  const lacking = verbsByKind(missing);
  return [...verbsByKind(needed)].map(([kind, verbs]) => ({
    check: `Rights for ${kind}`,
    ...rightsFinding(kind, verbs, lacking.get(kind)),
  }));
}

function rightsFinding(
  kind: string,
  verbs: ReadonlySet<string>,
  lacking: ReadonlySet<string> | undefined,
): Finding {
  if (!lacking) return passed([...verbs].join(', '));
  const words = [...lacking].join(', ');
  const role = kind.includes(' in ') ? 'a Role and a RoleBinding' : 'a ClusterRole and a ClusterRoleBinding';
  return failed(`The account may not: ${words}`, `Give it ${words} for ${kind} by ${role}`);
}
