import { Type } from 'typebox';
import { TrustName, TrustSettings, TrustView } from '../../shared/contract/access.js';
import { closed } from '../../shared/contract/names.js';
import type { DirectoryStore } from '../../shared/store/directory.js';
import type { Tokens } from '../../shared/store/tokens.js';
import { judgeClaims } from '../access/judge-claims.js';
import { judgeRoles } from '../access/judge-roles.js';
import { everywhere } from '../access/permit.js';
import { CONDITIONS, etagHeader, expectedBy, MOVED, proveUnmoved } from '../conditions.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { refused } from './parameters.js';

const tag = 'Access';
const TrustPath = Type.Object({ trust: TrustName }, { ...closed, description: 'Path' });

/** Trusts: what CI runs may do that prove with a signed token where they run. */
export function trustRoutes({
  directory,
  tokens,
}: {
  readonly directory: Pick<DirectoryStore, 'refresh' | 'putTrust' | 'removeTrust'>;
  readonly tokens: Pick<Tokens, 'removeOf'>;
}): readonly Route[] {
  return [
    defineRoute({
      method: 'put',
      path: '/v1/trusts/:trust',
      tag,
      summary: 'Register or change a trust in CI runs',
      access: { verb: 'admin', on: everywhere },
      params: TrustPath,
      body: { schema: TrustSettings },
      headers: CONDITIONS,
      answers: {
        412: MOVED,
        201: { description: 'Registered', schema: TrustView },
        200: { description: 'Changed', schema: TrustView },
      },
      async handler({ params: { trust }, body, around }) {
        judgeClaims(body.claims);
        judgeRoles(await directory.refresh(), body.roles);
        const put = await directory.putTrust(trust, body, expectedBy(around));
        proveUnmoved(put);
        return json(put.said === 'created' ? 201 : 200, { trust, ...body }, etagHeader(JSON.stringify(body)));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/trusts/:trust',
      tag,
      summary: 'Read a trust',
      access: { verb: 'admin', on: everywhere },
      params: TrustPath,
      answers: {
        200: { description: 'The trust', schema: TrustView },
        404: refused('Unknown trust'),
      },
      async handler({ params: { trust } }) {
        const found = (await directory.refresh()).trusts.get(trust);
        if (!found) throw unknown(trust);
        return json(200, { trust, ...found }, etagHeader(JSON.stringify(found)));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/v1/trusts/:trust',
      tag,
      summary: 'Remove a trust; tokens that its runs were given end',
      access: { verb: 'admin', on: everywhere },
      params: TrustPath,
      headers: CONDITIONS,
      answers: { 204: { description: 'Removed' }, 404: refused('Unknown trust'), 412: MOVED },
      async handler({ params: { trust }, around }) {
        const removed = await directory.removeTrust(trust, expectedBy(around));
        proveUnmoved(removed);
        if (removed.said === 'gone') throw unknown(trust);
        await tokens.removeOf({ kind: 'trust', name: trust });
        return json(204);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/trusts',
      tag,
      summary: 'List trusts by name',
      access: { verb: 'admin', on: everywhere },
      answers: {
        200: {
          description: 'All trusts',
          schema: Type.Object(
            { items: Type.Array(TrustView, { description: 'Trusts', examples: [[]] }) },
            { description: 'All trusts' },
          ),
        },
      },
      async handler() {
        const { trusts } = await directory.refresh();
        return json(200, { items: [...trusts].map(([trust, about]) => ({ trust, ...about })) });
      },
    }),
  ];
}

function unknown(trust: string): Refusal {
  return new Refusal('trust.unknown', `There is no trust ${trust}`);
}
