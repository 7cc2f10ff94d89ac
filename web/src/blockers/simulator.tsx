import { useMutation, useQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import type { Static } from 'typebox';
import type { BlockerVerdict } from '../../../src/shared/contract/blocker-check.js';
import { call } from '../api/call.js';
import { targetsQuery } from '../api/queries.js';
import { Button } from '../elements/button.jsx';
import { Field } from '../elements/field.jsx';
import { Note, ProblemNote } from '../elements/note.jsx';
import { Ago } from '../elements/time.jsx';

/** Asks whether a deployment would be blocked at a time; nothing is deployed. */
export function Simulator() {
  const { data: targets = [] } = useQuery(targetsQuery);
  const check = useMutation({
    mutationFn: (body: object) => call<Static<typeof BlockerVerdict>>('POST', 'v1/blockers/check', { body }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => ((form.get(name) as string | null) ?? '').trim();
    const [service, environment] = text('target').split('/');
    const [version, at] = [text('version'), text('at')];
    check.mutate({
      service,
      environment,
      ...(version !== '' && { version }),
      ...(at !== '' && { at: new Date(at).toISOString() }),
    });
  };
  return (
    <section className="panel simulator" aria-label="Simulator">
      <h2>Would it be blocked?</h2>
      <form onSubmit={submit}>
        <Field label="Target">
          <select name="target" required>
            {targets.map(({ service, environment }) => (
              <option key={`${service}/${environment}`}>{`${service}/${environment}`}</option>
            ))}
          </select>
        </Field>
        <Field label="Version" hint="Any when empty">
          <input name="version" />
        </Field>
        <Field label="When" hint="Your local time; now when empty">
          <input name="at" type="datetime-local" />
        </Field>
        <Button type="submit" whyNot={targets.length === 0 ? 'There is no target yet' : undefined}>
          Ask
        </Button>
      </form>
      {check.error && <ProblemNote error={check.error} />}
      {check.data && !check.data.blocked && <Note tone="good" title="Nothing would be in the way" />}
      {check.data?.by.map(({ blocker, mode, because, clearsAt }) => (
        <Note key={blocker} tone="warn" title={mode === 'hold' ? 'It would be held' : 'It would be refused'}>
          <p>
            {because} {clearsAt && <Ago at={clearsAt} />}
          </p>
        </Note>
      ))}
    </section>
  );
}
