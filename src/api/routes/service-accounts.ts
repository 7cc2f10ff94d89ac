import { Type } from 'typebox';
import { AccountName, AccountSettings, AccountView } from '../../shared/contract/access.js';
import { closed } from '../../shared/contract/names.js';
import type { DirectoryStore } from '../../shared/store/directory.js';
import type { Tokens } from '../../shared/store/tokens.js';
import { judgeRoles } from '../access/judge-roles.js';
import { everywhere } from '../access/permit.js';
import { CONDITIONS, etagHeader, expectedBy, MOVED, proveUnmoved } from '../conditions.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { refused } from './parameters.js';

const tag = 'Access';
const AccountPath = Type.Object({ account: AccountName }, { ...closed, description: 'Path' });

/** Service accounts: names under which machines call, with tokens that people make for them. */
export function serviceAccountRoutes({
  directory,
  tokens,
}: {
  readonly directory: Pick<DirectoryStore, 'refresh' | 'putAccount' | 'removeAccount'>;
  readonly tokens: Pick<Tokens, 'removeOf'>;
}): readonly Route[] {
  return [
    defineRoute({
      method: 'put',
      path: '/v1/service-accounts/:account',
      tag,
      summary: 'Add a service account, or change what it may do',
      description: 'Its tokens are made with POST /v1/tokens and its name as `account`.',
      access: { verb: 'admin', on: everywhere },
      params: AccountPath,
      body: { schema: AccountSettings },
      headers: CONDITIONS,
      answers: {
        412: MOVED,
        201: { description: 'Added', schema: AccountView },
        200: { description: 'Changed', schema: AccountView },
      },
      async handler({ params: { account }, body, around }) {
        judgeRoles(await directory.refresh(), body.roles);
        const put = await directory.putAccount(account, body, expectedBy(around));
        proveUnmoved(put);
        return json(
          put.said === 'created' ? 201 : 200,
          { account, ...body },
          etagHeader(JSON.stringify(body)),
        );
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/service-accounts/:account',
      tag,
      summary: 'Read a service account',
      access: { verb: 'admin', on: everywhere },
      params: AccountPath,
      answers: {
        200: { description: 'The service account', schema: AccountView },
        404: refused('Unknown service account'),
      },
      async handler({ params: { account } }) {
        const found = (await directory.refresh()).accounts.get(account);
        if (!found) throw unknown(account);
        return json(200, { account, ...found }, etagHeader(JSON.stringify(found)));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/v1/service-accounts/:account',
      tag,
      summary: 'Remove a service account; its tokens end',
      access: { verb: 'admin', on: everywhere },
      params: AccountPath,
      headers: CONDITIONS,
      answers: { 204: { description: 'Removed' }, 404: refused('Unknown service account'), 412: MOVED },
      async handler({ params: { account }, around }) {
        const removed = await directory.removeAccount(account, expectedBy(around));
        proveUnmoved(removed);
        if (removed.said === 'gone') throw unknown(account);
        await tokens.removeOf({ kind: 'service-account', name: account });
        return json(204);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/service-accounts',
      tag,
      summary: 'List service accounts by name',
      access: { verb: 'admin', on: everywhere },
      answers: {
        200: {
          description: 'All service accounts',
          schema: Type.Object(
            { items: Type.Array(AccountView, { description: 'Service accounts', examples: [[]] }) },
            { description: 'All service accounts' },
          ),
        },
      },
      async handler() {
        const { accounts } = await directory.refresh();
        return json(200, { items: [...accounts].map(([account, about]) => ({ account, ...about })) });
      },
    }),
  ];
}

function unknown(account: string): Refusal {
  return new Refusal('account.unknown', `There is no service account ${account}`);
}
