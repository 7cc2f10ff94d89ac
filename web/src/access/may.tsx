import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { useSearchParams } from 'wouter';
import { call } from '../api/call.js';
import { environmentsQuery, servicesQuery } from '../api/queries.js';
import { Field } from '../elements/field.jsx';
import { Note, ProblemNote } from '../elements/note.jsx';
import { violationsOf } from '../elements/violations.js';
import { useWhyNot } from '../session/session.js';
import { peopleQuery, type Verdict } from './access-queries.js';
import { sayPlace, VERBS } from './rule-matrix.js';

const ASKED = ['person', 'verb', 'service', 'environment'] as const;

/** May somebody do something somewhere, and which rule says so. The question is in the address. */
export function May() {
  const [params, setParams] = useSearchParams();
  const question = Object.fromEntries(ASKED.map((name) => [name, params.get(name) ?? undefined]));
  const { person, verb = 'deploy', service, environment } = question;
  const isAdmin = useWhyNot('admin') === undefined;
  const { data: people = [] } = useQuery({ ...peopleQuery, enabled: isAdmin });
  const { data: services = [] } = useQuery(servicesQuery);
  const { data: environments = [] } = useQuery(environmentsQuery);
  const verdict = useQuery({
    queryKey: ['can', 'asked', person, verb, service, environment],
    queryFn: ({ signal }) =>
      call<Verdict>('GET', 'v1/can', { query: { person, verb, service, environment }, signal }),
  });
  const wrong = violationsOf(
    verdict.error,
    ASKED.map((name) => `/query/${name}`),
  );
  const ask = (name: (typeof ASKED)[number], value: string) =>
    setParams(
      (now) => {
        if (value.trim() === '') now.delete(name);
        else now.set(name, value.trim());
        return now;
      },
      { replace: true },
    );
  return (
    <section className="may" aria-label="May somebody do something">
      <div className="may-question">
        <Field label="May" error={wrong.at('/query/person')}>
          <Suggested
            value={person}
            placeholder="I"
            names={people.map((each) => each.person)}
            readOnly={!isAdmin}
            onChange={(value) => ask('person', value)}
          />
        </Field>
        <Field label="do" error={wrong.at('/query/verb')}>
          <select value={verb} onChange={({ target }) => ask('verb', target.value)}>
            {VERBS.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </Field>
        <Field label="on service" error={wrong.at('/query/service')}>
          <Suggested
            value={service}
            placeholder="all services"
            names={services.map((each) => each.service)}
            onChange={(value) => ask('service', value)}
          />
        </Field>
        <Field label="in environment" error={wrong.at('/query/environment')}>
          <Suggested
            value={environment}
            placeholder="all environments"
            names={environments.map((each) => each.environment)}
            onChange={(value) => ask('environment', value)}
          />
        </Field>
      </div>
      {wrong.rest !== undefined ? (
        <ProblemNote error={wrong.rest} />
      ) : (
        !verdict.error && verdict.data && <Answer verdict={verdict.data} />
      )}
    </section>
  );
}

function Answer({ verdict: { allowed, verb, who, rule } }: { readonly verdict: Verdict }) {
  return (
    <Note tone={allowed ? 'good' : 'bad'} title={`${who} ${allowed ? 'may' : 'may not'} ${verb} there`}>
      <p>
        {rule ? (
          <>
            {rule.from ?? 'A rule'} decided: {rule.effect} {rule.verbs.join(', ')} on {sayPlace(rule)}.
          </>
        ) : allowed ? (
          'Nothing limits them.'
        ) : (
          'No rule speaks of it, and what no rule speaks of is denied.'
        )}
      </p>
    </Note>
  );
}

function Suggested({
  value = '',
  placeholder,
  names,
  readOnly = false,
  onChange,
}: {
  readonly value: string | undefined;
  readonly placeholder: string;
  readonly names: readonly string[];
  readonly readOnly?: boolean;
  readonly onChange: (value: string) => void;
}) {
  const list = useId();
  return (
    <>
      <input
        value={value}
        placeholder={placeholder}
        list={list}
        readOnly={readOnly}
        spellCheck={false}
        onChange={({ target }) => onChange(target.value)}
      />
      <datalist id={list}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
