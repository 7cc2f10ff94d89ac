import { useState, type FormEvent } from 'react';
import { Button } from '../elements/button.jsx';
import { Field } from '../elements/field.jsx';
import { listOf } from '../elements/list-of.js';
import { Note, ProblemNote } from '../elements/note.jsx';
import { violationsOf } from '../elements/violations.js';
import { useWhyNot } from '../session/session.js';
import type { Role } from './access-queries.js';
import { MatrixTable } from './matrix-table.jsx';
import { matrixOf, rulesOf } from './rule-matrix.js';
import { useSave } from './use-save.js';

/** What a role allows and denies, and whose groups have it. */
export function RoleForm({
  role,
  onSaved,
  onCancel,
  onRemove,
}: {
  readonly role: Role | undefined;
  readonly onSaved: () => void;
  readonly onCancel: () => void;
  readonly onRemove?: () => void;
}) {
  const [name, setName] = useState(role?.role ?? '');
  const [description, setDescription] = useState(role?.description ?? '');
  const [groups, setGroups] = useState((role?.groups ?? []).join(', '));
  const [matrix, setMatrix] = useState(() =>
    matrixOf(role?.rules ?? [{ effect: 'allow', verbs: ['view', 'logs'] }]),
  );
  const denied = useWhyNot('admin');
  const save = useSave(onSaved);
  const wrong = violationsOf(save.error, ['/path/role', '/description', '/groups', '/rules']);
  const wrongRules = wrong.at('/rules');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const about = description.trim();
    save.mutate({
      path: `v1/roles/${encodeURIComponent(name.trim())}`,
      body: {
        rules: rulesOf(matrix),
        groups: listOf(groups),
        ...(about !== '' && { description: about }),
      },
    });
  };
  return (
    <form className="role-form" onSubmit={submit}>
      <div className="role-about">
        <Field label="Name" hint="Lower-case letters, digits and -" error={wrong.at('/path/role')}>
          <input
            value={name}
            required
            autoFocus={role === undefined}
            readOnly={role !== undefined}
            spellCheck={false}
            onChange={({ target }) => setName(target.value)}
          />
        </Field>
        <Field label="What it is for" error={wrong.at('/description')}>
          <input value={description} onChange={({ target }) => setDescription(target.value)} />
        </Field>
        <Field label="Groups" hint="Separated by commas; their members have it" error={wrong.at('/groups')}>
          <input value={groups} onChange={({ target }) => setGroups(target.value)} />
        </Field>
      </div>
      <MatrixTable matrix={matrix} onChange={setMatrix} />
      <p className="faint">
        Of the places that speak of a right, those that name service and environment decide, then those that
        name one of both, then everything; among equals a denial wins. What nothing speaks of is denied.
      </p>
      {wrongRules !== undefined && <Note tone="bad" title={wrongRules} />}
      {wrong.rest !== undefined && <ProblemNote error={wrong.rest} />}
      <div className="actions">
        <Button type="submit" look="main" whyNot={denied ?? (save.isPending ? 'One moment' : undefined)}>
          Save the role
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Leave it as it was
        </Button>
        {onRemove && (
          <Button look="danger" whyNot={denied} onClick={onRemove}>
            Remove {name}
          </Button>
        )}
      </div>
    </form>
  );
}
