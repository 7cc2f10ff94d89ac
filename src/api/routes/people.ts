import { Type } from 'typebox';
import {
  Invitation,
  NewPassword,
  PersonName,
  PersonSettings,
  PersonView,
} from '../../shared/contract/access.js';
import { closed } from '../../shared/contract/names.js';
import { Cursor, Limit, pageOf } from '../../shared/contract/page.js';
import type { Person } from '../../shared/domain/access-directory.js';
import type { DirectoryStore, KnownDirectory } from '../../shared/store/directory.js';
import type { GivenSecrets } from '../../shared/store/given-secrets.js';
import type { Tokens } from '../../shared/store/tokens.js';
import { judgeRoles } from '../access/judge-roles.js';
import { everywhere } from '../access/permit.js';
import { CONDITIONS, etagHeader, expectedBy, MOVED, proveUnmoved } from '../conditions.js';
import { hashOf, makeSecret } from '../auth/access-token.js';
import type { Passwords } from '../auth/passwords.js';
import { pageByName } from '../page.js';
import { timestamp } from '../present.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { refused } from './parameters.js';

const tag = 'Access';
const PersonPath = Type.Object({ person: PersonName }, { ...closed, description: 'Path' });
/** How long an invitation is good for, in milliseconds. */
const INVITATION_MS = 48 * 3_600_000;

/** What these routes need of the world around them. */
export interface PeopleDeps {
  readonly directory: Pick<DirectoryStore, 'refresh' | 'putPerson' | 'removePerson' | 'setPassword'>;
  readonly given: Pick<GivenSecrets, 'keep' | 'find' | 'take'>;
  readonly passwords: Pick<Passwords, 'hash'>;
  readonly tokens: Pick<Tokens, 'removeOf'>;
}

/** People, and the invitations by which they choose a password of their own. */
export function peopleRoutes(deps: PeopleDeps): readonly Route[] {
  return [
    putRoute(deps),
    readRoute(deps),
    removeRoute(deps),
    listRoute(deps),
    inviteRoute(deps),
    passwordRoute(deps),
  ];
}

function putRoute({ directory }: PeopleDeps): Route {
  return defineRoute({
    method: 'put',
    path: '/v1/people/:person',
    tag,
    summary: 'Add a person, or change what they may do',
    description: 'They choose a password with an invitation, or sign in at the identity provider.',
    access: { verb: 'admin', on: everywhere },
    params: PersonPath,
    body: { schema: PersonSettings },
    headers: CONDITIONS,
    answers: {
      412: MOVED,
      201: { description: 'Added', schema: PersonView },
      200: { description: 'Changed', schema: PersonView },
    },
    async handler({ params: { person }, body, around }) {
      const known = await directory.refresh();
      judgeRoles(known, body.roles);
      const about = { ...body, createdAt: known.people.get(person)?.createdAt ?? Date.now() };
      const put = await directory.putPerson(person, about, expectedBy(around));
      proveUnmoved(put);
      const view = present(await directory.refresh(), person);
      return json(put.said === 'created' ? 201 : 200, view, etagOf(about));
    },
  });
}

function readRoute({ directory }: PeopleDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/people/:person',
    tag,
    summary: 'Read a person',
    access: { verb: 'admin', on: everywhere },
    params: PersonPath,
    answers: { 200: { description: 'The person', schema: PersonView }, 404: refused('Unknown person') },
    async handler({ params: { person } }) {
      const known = await directory.refresh();
      const found = known.people.get(person);
      if (!found) throw unknown(person);
      return json(200, present(known, person), etagOf(found));
    },
  });
}

function removeRoute({ directory, tokens }: PeopleDeps): Route {
  return defineRoute({
    method: 'delete',
    path: '/v1/people/:person',
    tag,
    summary: 'Remove a person; their sessions and tokens end',
    access: { verb: 'admin', on: everywhere },
    params: PersonPath,
    headers: CONDITIONS,
    answers: { 204: { description: 'Removed' }, 404: refused('Unknown person'), 412: MOVED },
    async handler({ params: { person }, around }) {
      const removed = await directory.removePerson(person, expectedBy(around));
      proveUnmoved(removed);
      if (removed.said === 'gone') throw unknown(person);
      await tokens.removeOf({ kind: 'person', name: person });
      return json(204);
    },
  });
}

function listRoute({ directory }: PeopleDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/people',
    tag,
    summary: 'List people by name',
    access: { verb: 'admin', on: everywhere },
    query: Type.Object(
      { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit(100, 1000)) },
      { ...closed, description: 'Page' },
    ),
    answers: { 200: { description: 'A page', schema: pageOf(PersonView, 'People by name') } },
    async handler({ query }) {
      const known = await directory.refresh();
      return pageByName('/v1/people', query, known.people, (name) => present(known, name));
    },
  });
}

function inviteRoute({ directory, given }: PeopleDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/people/:person/invitation',
    tag,
    summary: 'Invite a person to choose a password',
    description:
      'Hand the secret over yourself. It works once, within 48 hours; nobody else learns the password.',
    access: { verb: 'admin', on: everywhere },
    params: PersonPath,
    answers: {
      201: { description: 'The invitation', schema: Invitation },
      404: refused('Unknown person'),
    },
    async handler({ params: { person } }) {
      if (!(await directory.refresh()).people.has(person)) throw unknown(person);
      const secret = makeSecret('bi');
      await given.keep('invitation', hashOf(secret), { person }, INVITATION_MS);
      return json(201, { person, secret, expiresAt: timestamp(Date.now() + INVITATION_MS) });
    },
  });
}

function passwordRoute({ directory, given, passwords }: PeopleDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/invitations',
    tag,
    summary: 'Choose a password with an invitation',
    description: 'It ends all sessions of the person. Sign in with the password then.',
    access: 'open',
    body: { schema: NewPassword },
    answers: { 204: { description: 'The password counts from now on' }, 404: refused('No such invitation') },
    async handler({ body: { secret, password } }) {
      // Hashing costs time and may be refused, so it comes after a first look and before the invitation is used up.
      const isThere = await given.find('invitation', hashOf(secret));
      const stored = isThere && (await passwords.hash(password));
      const invitation = stored && (await given.take('invitation', hashOf(secret)));
      if (!invitation || !(await directory.setPassword(invitation.person, stored)))
        throw new Refusal('invitation.unknown', 'The invitation was used, has ended or never was');
      return { ...json(204), about: invitation.person };
    },
  });
}

function present({ people, passwords, identities }: KnownDirectory, name: string): unknown {
  const { createdAt, ...about } = people.get(name) ?? { createdAt: 0, roles: [] };
  const signsInBy = [
    ...(passwords.has(name) ? ['password'] : []),
    ...([...identities.values()].includes(name) ? ['oidc'] : []),
  ];
  return { person: name, ...about, signsInBy, createdAt: timestamp(createdAt) };
}

/** Of what an administrator set; how somebody signs in is not theirs to change. */
function etagOf(person: Person): Readonly<Record<string, string>> {
  return etagHeader(JSON.stringify(person));
}

function unknown(person: string): Refusal {
  return new Refusal('person.unknown', `There is no person ${person}`);
}
