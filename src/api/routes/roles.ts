import { Type } from 'typebox';
import { RoleName, RoleSettings, RoleView } from '../../shared/contract/access.js';
import { closed } from '../../shared/contract/names.js';
import type { Directory, Role } from '../../shared/domain/access-directory.js';
import { BUILT_IN_ROLES, isBuiltIn } from '../../shared/domain/access-roles.js';
import type { DirectoryStore } from '../../shared/store/directory.js';
import { everywhere } from '../access/permit.js';
import { CONDITIONS, etagHeader, expectedBy, MOVED, proveUnmoved } from '../conditions.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { refused } from './parameters.js';

const tag = 'Access';
const RolePath = Type.Object({ role: RoleName }, { ...closed, description: 'Path' });

/** Roles: named lists of rules. */
export function roleRoutes(
  directory: Pick<DirectoryStore, 'refresh' | 'putRole' | 'removeRole'>,
): readonly Route[] {
  return [
    defineRoute({
      method: 'put',
      path: '/v1/roles/:role',
      tag,
      summary: 'Register or change a role',
      description:
        'It counts within seconds for everybody who has it, for their tokens and open streams too.',
      access: { verb: 'admin', on: everywhere },
      params: RolePath,
      body: { schema: RoleSettings },
      headers: CONDITIONS,
      answers: {
        412: MOVED,
        201: { description: 'Registered', schema: RoleView },
        200: { description: 'Changed', schema: RoleView },
        409: refused('A built-in role never changes'),
      },
      async handler({ params: { role }, body, around }) {
        refuseBuiltIn(role);
        const put = await directory.putRole(role, body, expectedBy(around));
        proveUnmoved(put);
        return json(
          put.said === 'created' ? 201 : 200,
          present(role, body),
          etagHeader(JSON.stringify(body)),
        );
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/roles/:role',
      tag,
      summary: 'Read a role',
      access: { verb: 'admin', on: everywhere },
      params: RolePath,
      answers: { 200: { description: 'The role', schema: RoleView }, 404: refused('Unknown role') },
      async handler({ params: { role } }) {
        const builtIn = isBuiltIn(role) ? { rules: BUILT_IN_ROLES[role] ?? [] } : undefined;
        const found = builtIn ?? (await directory.refresh()).roles.get(role);
        if (!found) throw unknown(role);
        return json(200, present(role, found), etagHeader(JSON.stringify(found)));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/v1/roles/:role',
      tag,
      summary: 'Remove a role that nobody has',
      description: 'Tokens with it stay and allow nothing any more.',
      access: { verb: 'admin', on: everywhere },
      params: RolePath,
      headers: CONDITIONS,
      answers: {
        412: MOVED,
        204: { description: 'Removed' },
        404: refused('Unknown role'),
        409: refused('A built-in role, or one that somebody has'),
      },
      async handler({ params: { role }, around }) {
        refuseBuiltIn(role);
        const holder = holderOf(await directory.refresh(), role);
        if (holder !== undefined)
          throw new Refusal('configuration.used', `${holder} has the role ${role}; take it away first`);
        const removed = await directory.removeRole(role, expectedBy(around));
        proveUnmoved(removed);
        if (removed.said === 'gone') throw unknown(role);
        return json(204);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/roles',
      tag,
      summary: 'List roles, the built-in ones first',
      access: { verb: 'admin', on: everywhere },
      answers: {
        200: {
          description: 'All roles',
          schema: Type.Object(
            { items: Type.Array(RoleView, { description: 'Roles', examples: [[]] }) },
            { description: 'All roles' },
          ),
        },
      },
      async handler() {
        const builtIn = Object.entries(BUILT_IN_ROLES).map(([role, rules]) => present(role, { rules }));
        const own = [...(await directory.refresh()).roles].map(([role, about]) => present(role, about));
        return json(200, { items: [...builtIn, ...own] });
      },
    }),
  ];
}

/** Somebody who has a role, as people name them; a removal would take away what it denies them, too. */
function holderOf({ people, accounts, trusts }: Directory, role: string): string | undefined {
  for (const [kind, all] of Object.entries({ Person: people, 'Service account': accounts, Trust: trusts }))
    for (const [name, { roles }] of all) if (roles.includes(role)) return `${kind} ${name}`;
  return undefined;
}

function present(role: string, about: Role): unknown {
  return { role, ...about, builtIn: isBuiltIn(role) };
}

function refuseBuiltIn(role: string): void {
  if (isBuiltIn(role))
    throw new Refusal('role.built-in', `The role ${role} is always there and never changes`);
}

function unknown(role: string): Refusal {
  return new Refusal('role.unknown', `There is no role ${role}`);
}
