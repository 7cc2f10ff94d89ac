import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { Static } from 'typebox';
import type { CalendarImported } from '../../../src/shared/contract/calendar-import.js';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { Field } from '../elements/field.jsx';
import { listOf } from '../elements/list-of.js';
import { Note, ProblemNote } from '../elements/note.jsx';
import { Tick } from '../elements/tick.jsx';
import { violationsOf } from '../elements/violations.js';
import { sayRule, sayScope } from './say-blocker.js';

type Imported = Static<typeof CalendarImported>;

const FIELDS = ['name', 'zone', 'services', 'environments', 'mode', 'open'] as const;

/** Takes the events of a calendar file over as blockers: first a look at what they become, then the import. */
export function CalendarImport({ onClose }: { readonly onClose: () => void }) {
  const client = useQueryClient();
  const [file, setFile] = useState<File>();
  const [said, setSaid] = useState({
    name: 'calendar',
    zone: '',
    services: '',
    environments: '',
    mode: 'hold',
  });
  const [isOpen, setOpen] = useState(false);
  const send = useMutation({
    mutationFn: (dryRun: boolean) =>
      call<Imported>('POST', 'v1/blockers/import/calendar', {
        query: {
          ...said,
          services: listOf(said.services),
          environments: listOf(said.environments),
          open: String(isOpen),
          dryRun: String(dryRun),
        },
        file: new Blob(file ? [file] : [], { type: 'text/calendar' }),
      }),
    onSuccess: async ({ dryRun }) => {
      if (!dryRun) await client.invalidateQueries({ queryKey: ['blockers'] });
    },
  });
  const wrong = violationsOf(
    send.error,
    FIELDS.map((name) => `/query/${name}`),
  );
  const preview = send.data?.dryRun === true ? send.data : undefined;
  // What was looked at is what is imported: whoever changes something looks again.
  const change = (next: () => void) => {
    next();
    send.reset();
  };
  const set = (name: keyof typeof said) => (value: string) =>
    change(() => setSaid({ ...said, [name]: value }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (file && !send.isPending) send.mutate(!preview);
  };
  const missing = file ? (send.isPending ? 'One moment' : undefined) : 'Pick a calendar file';
  return (
    <Dialog title="Import a calendar" onClose={onClose}>
      {send.data?.dryRun === false ? (
        <>
          <Note tone="good" title={`Imported ${sayBlockers(send.data.items.length)}`} />
          <div className="actions">
            <Button look="main" onClick={onClose}>
              Done
            </Button>
          </div>
        </>
      ) : (
        <form onSubmit={submit}>
          <Field label="Calendar file" hint="iCalendar, .ics, at most 1 MB">
            <input
              type="file"
              accept=".ics,text/calendar"
              required
              onChange={({ target }) => change(() => setFile(target.files?.[0]))}
            />
          </Field>
          <Typed
            label="Names begin with"
            value={said.name}
            onChange={set('name')}
            error={wrong.at('/query/name')}
          />
          <Typed
            label="Time zone"
            hint="Of days and of times that name none; that of the calendar when empty"
            placeholder="Europe/Warsaw"
            value={said.zone}
            onChange={set('zone')}
            error={wrong.at('/query/zone')}
          />
          <Typed
            label="Services"
            hint="Separated by commas; all when empty"
            value={said.services}
            onChange={set('services')}
            error={wrong.at('/query/services')}
          />
          <Typed
            label="Environments"
            hint="Separated by commas; all when empty"
            value={said.environments}
            onChange={set('environments')}
            error={wrong.at('/query/environments')}
          />
          <Field label="Deployments" error={wrong.at('/query/mode')}>
            <select value={said.mode} onChange={({ target }) => set('mode')(target.value)}>
              <option value="hold">wait until it is over</option>
              <option value="reject">are refused</option>
            </select>
          </Field>
          <Tick checked={isOpen} onChange={(next) => change(() => setOpen(next))}>
            The events say when it is open
          </Tick>
          {wrong.rest !== undefined && <ProblemNote error={wrong.rest} />}
          {preview && <Preview imported={preview} />}
          <div className="actions">
            <Button type="submit" look="main" whyNot={missing}>
              {preview ? `Import ${sayBlockers(preview.items.length)}` : 'Look at it first'}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

function Preview({ imported: { items, past } }: { readonly imported: Imported }) {
  return (
    <Note tone="calm" title={items.length === 0 ? 'Nothing to import' : 'These would be there'}>
      <ul className="violations">
        {items.map(({ blocker, rule, scope, reason }) => (
          <li key={blocker}>
            <strong>{blocker}</strong> {sayRule(rule)} <span className="faint">{sayScope(scope)}</span>{' '}
            {reason}
          </li>
        ))}
      </ul>
      {past > 0 && <p className="faint">{past} events are over and were left out.</p>}
    </Note>
  );
}

function Typed({
  label,
  hint,
  placeholder,
  value,
  onChange,
  error,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
}) {
  return (
    <Field label={label} {...(hint !== undefined && { hint })} error={error}>
      <input
        value={value}
        placeholder={placeholder}
        spellCheck={false}
        onChange={({ target }) => onChange(target.value)}
      />
    </Field>
  );
}

function sayBlockers(count: number): string {
  return `${count} ${count === 1 ? 'blocker' : 'blockers'}`;
}
