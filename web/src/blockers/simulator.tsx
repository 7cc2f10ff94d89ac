import { useMutation } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import type { BlockerVerdict } from '../../../src/shared/contract/blocker-check.js';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Field } from '../elements/field.jsx';
import { Note, ProblemNote } from '../elements/note.jsx';
import { BlockedNotes } from './blocked-notes.jsx';

/** Asks whether a deployment to a target would be blocked at a time; nothing is deployed. */
export function Simulator({
  service,
  environment,
}: {
  readonly service: string;
  readonly environment: string;
}) {
  const check = useMutation({
    mutationFn: (body: object) => call<BlockerVerdict>('POST', 'v1/blockers/check', { body }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => ((form.get(name) as string | null) ?? '').trim();
    const [version, actor, at] = [text('version'), text('actor'), text('at')];
    check.mutate({
      service,
      environment,
      ...(version !== '' && { version }),
      ...(actor !== '' && { actor }),
      ...(at !== '' && { at: new Date(at).toISOString() }),
    });
  };
  return (
    <section className="panel simulator" aria-label="Simulator">
      <h2>
        Would {service} be blocked in {environment}?
      </h2>
      <form onSubmit={submit}>
        <Field label="When" hint="Your local time; now when empty">
          <input name="at" type="datetime-local" />
        </Field>
        <Field label="Version" hint="Any when empty">
          <input name="version" />
        </Field>
        <Field label="Who" hint="You when empty">
          <input name="actor" />
        </Field>
        <Button type="submit" whyNot={check.isPending ? 'One moment' : undefined}>
          Ask
        </Button>
      </form>
      {check.error && <ProblemNote error={check.error} />}
      {check.data && !check.data.blocked && <Note tone="good" title="Nothing would be in the way" />}
      {check.data && (
        <BlockedNotes blocked={check.data.by} held="It would be held" refused="It would be refused" />
      )}
    </section>
  );
}
