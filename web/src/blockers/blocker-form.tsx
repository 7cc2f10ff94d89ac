import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { Blocker } from '../../../src/shared/contract/blocker.js';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Field } from '../elements/field.jsx';
import { Tick } from '../elements/tick.jsx';
import { ProblemNote } from '../elements/note.jsx';
import { useWhyNot } from '../session/session.js';
import { blockerOf, draftOf, type Draft } from './draft.js';
import { Names, RuleFields, type Change } from './rule-fields.jsx';

/** Everything about a blocker: when it blocks, whom, how, and until when. */
export function BlockerForm({
  name,
  blocker,
  onSaved,
}: {
  readonly name: string;
  readonly blocker: Blocker;
  readonly onSaved: () => void;
}) {
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(blocker));
  const denied = useWhyNot('edit');
  const save = useMutation({
    mutationFn: () => call('PUT', `v1/blockers/${name}`, { body: blockerOf(draft) }),
    async onSuccess() {
      onSaved();
      await client.invalidateQueries();
    },
  });
  const change: Change = (next) => {
    setDraft((now) => ({ ...now, ...next }));
    save.reset();
  };
  const whyNot = denied ?? (save.isPending ? 'One moment' : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (whyNot === undefined) save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <RuleFields draft={draft} change={change} />
      <ScopeFields draft={draft} change={change} />
      <Field label="Reason" hint="Shown to whoever is stopped">
        <input
          value={draft.reason}
          maxLength={500}
          placeholder="No changes before Christmas"
          onChange={({ target }) => change({ reason: target.value })}
        />
      </Field>
      <EffectFields draft={draft} change={change} />
      {save.error && <ProblemNote error={save.error} />}
      <div className="actions">
        <Button type="submit" look="main" whyNot={whyNot}>
          Save
        </Button>
      </div>
    </form>
  );
}

function ScopeFields({ draft, change }: { readonly draft: Draft; readonly change: Change }) {
  const all = 'All when empty; several with commas';
  return (
    <div className="field-row">
      <Names label="Services" hint={all} name="services" draft={draft} change={change} />
      <Names label="Environments" hint={all} name="environments" draft={draft} change={change} />
      <Field label="Tier" hint="Any when empty">
        <input value={draft.tier} onChange={({ target }) => change({ tier: target.value })} />
      </Field>
    </div>
  );
}

function EffectFields({ draft, change }: { readonly draft: Draft; readonly change: Change }) {
  return (
    <>
      <div className="field-row">
        <Field label="Deployments">
          <select
            value={draft.mode}
            onChange={({ target }) => change({ mode: target.value as Draft['mode'] })}
          >
            <option value="hold">wait until it clears</option>
            <option value="reject">are refused</option>
          </select>
        </Field>
        <Field label="Until" hint="Your local time; for good when empty">
          <input
            type="datetime-local"
            step={1}
            value={draft.expiresAt}
            onChange={({ target }) => change({ expiresAt: target.value })}
          />
        </Field>
        <Names label="Never stops" name="exempt" draft={draft} change={change} />
      </div>
      <Tick checked={draft.enabled} onChange={(enabled) => change({ enabled })}>
        In force
      </Tick>
    </>
  );
}
