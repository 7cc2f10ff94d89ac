import { useState, type FormEvent } from 'react';
import { Button } from '../elements/button.jsx';
import { Field } from '../elements/field.jsx';
import { listOf } from '../elements/list-of.js';
import { ProblemNote } from '../elements/note.jsx';
import { Tick } from '../elements/tick.jsx';
import { violationsOf } from '../elements/violations.js';
import type { Person } from './access-queries.js';
import { RolePicks } from './role-picks.jsx';
import { useSave } from './use-save.js';

/** A person's name, roles and groups, and whether they are kept out. */
export function PersonForm({
  person,
  onSaved,
}: {
  readonly person: Person | undefined;
  readonly onSaved: () => void;
}) {
  const [name, setName] = useState(person?.person ?? '');
  const [roles, setRoles] = useState<readonly string[]>(person?.roles ?? []);
  const [groups, setGroups] = useState((person?.groups ?? []).join(', '));
  const [disabled, setDisabled] = useState(person?.disabled ?? false);
  const save = useSave(onSaved);
  const wrong = violationsOf(save.error, ['/path/person', '/roles', '/groups']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({
      path: `v1/people/${encodeURIComponent(name.trim())}`,
      // What this form does not show stays as it is.
      body: {
        roles,
        groups: listOf(groups),
        disabled,
        ...(person?.gitAuthors && { gitAuthors: person.gitAuthors }),
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Field
        label="Name"
        hint="What they sign in with, such as ada@example.com"
        error={wrong.at('/path/person')}
      >
        <input
          value={name}
          required
          autoFocus={person === undefined}
          readOnly={person !== undefined}
          spellCheck={false}
          onChange={({ target }) => setName(target.value)}
        />
      </Field>
      <RolePicks picked={roles} onPick={setRoles} error={wrong.at('/roles')} />
      <Field
        label="Groups"
        hint="Separated by commas; a role may name groups whose members have it"
        error={wrong.at('/groups')}
      >
        <input value={groups} onChange={({ target }) => setGroups(target.value)} />
      </Field>
      <Tick checked={disabled} onChange={setDisabled}>
        Keep them out; their tokens, too
      </Tick>
      {wrong.rest !== undefined && <ProblemNote error={wrong.rest} />}
      <div className="actions">
        <Button type="submit" look="main" whyNot={save.isPending ? 'One moment' : undefined}>
          Save
        </Button>
      </div>
    </form>
  );
}
