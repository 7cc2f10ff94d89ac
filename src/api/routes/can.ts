import { Type } from 'typebox';
import { CanView, PersonName, VerbName } from '../../shared/contract/access.js';
import { closed, EnvironmentName, ServiceName } from '../../shared/contract/names.js';
import { ANY, decide, type Grants, type Rule } from '../../shared/domain/access.js';
import { grantsOf } from '../../shared/domain/access-directory.js';
import type { DirectoryStore } from '../../shared/store/directory.js';
import { everywhere, permitAt } from '../access/permit.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import type { Caller } from '../access/caller.js';
import { refused } from './parameters.js';

/** Answers what somebody may do, and which rule says so. */
export function canRoute(directory: Pick<DirectoryStore, 'refresh'>): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/can',
    tag: 'Access',
    summary: 'May I do this here, and which rule says so',
    description:
      'Without an environment the question is about the service in all environments, without both about the whole installation. Administrators may ask for another person.',
    access: 'known',
    query: Type.Object(
      {
        verb: VerbName,
        service: Type.Optional(ServiceName),
        environment: Type.Optional(EnvironmentName),
        person: Type.Optional(PersonName),
      },
      { ...closed, description: 'The question' },
    ),
    answers: {
      200: { description: 'The verdict and the rule that decided', schema: CanView },
      404: refused('Unknown person'),
    },
    async handler({ query: { verb, service, environment, person } }, caller) {
      const grants = person === undefined ? caller.grants : await grantsOfPerson(directory, caller, person);
      const place = {
        ...(service !== undefined && { service }),
        ...(environment !== undefined && { environment }),
      };
      const { allowed, rule } = decide(grants, verb, place);
      return json(200, { allowed, verb, who: person ?? caller.name, ...(rule && { rule: present(rule) }) });
    },
  });
}

async function grantsOfPerson(
  directory: Pick<DirectoryStore, 'refresh'>,
  caller: Caller,
  name: string,
): Promise<Grants> {
  permitAt(caller, 'admin', everywhere());
  const known = await directory.refresh();
  if (!known.people.has(name)) throw new Refusal('person.unknown', `There is no person ${name}`);
  return grantsOf(known, { kind: 'person', name }) ?? [];
}

function present({ service = ANY, environment = ANY, ...rule }: Rule): unknown {
  return { ...rule, service, environment };
}
