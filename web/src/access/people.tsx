import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Static } from 'typebox';
import type { Invitation } from '../../../src/shared/contract/access.js';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { CopyButton } from '../elements/copy.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { Empty, Note, ProblemNote } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { Ago } from '../elements/time.jsx';
import { useWhyNot } from '../session/session.js';
import { peopleQuery, type Person } from './access-queries.js';
import { PersonForm } from './person-form.jsx';
import { Of } from './of.jsx';
import { RemoveDialog } from './remove-dialog.jsx';
import { RowActions } from './row-actions.jsx';

/** People, what they may do, and the invitations by which they choose a password. */
export function People() {
  const people = useQuery(peopleQuery);
  const denied = useWhyNot('admin');
  const [edited, setEdited] = useState<Person | 'new'>();
  const [removed, setRemoved] = useState<string>();
  const invite = useMutation({
    mutationFn: (person: string) =>
      call<Static<typeof Invitation>>('POST', `v1/people/${encodeURIComponent(person)}/invitation`),
  });
  return (
    <>
      <div className="filters">
        <Button icon="plus" whyNot={denied} onClick={() => setEdited('new')}>
          Add a person
        </Button>
      </div>
      {invite.error && <ProblemNote error={invite.error} />}
      {invite.data && <Invited invitation={invite.data} />}
      <Shown query={people} rows={4}>
        {(found) =>
          found.length === 0 ? (
            <Empty title="Nobody is known by name yet">
              <p>Add a person, then hand them an invitation with which they choose a password.</p>
            </Empty>
          ) : (
            <div className="rows">
              {found.map((person) => (
                <PersonRow
                  key={person.person}
                  person={person}
                  onEdit={() => setEdited(person)}
                  onInvite={() => invite.mutate(person.person)}
                  onRemove={() => setRemoved(person.person)}
                />
              ))}
            </div>
          )
        }
      </Shown>
      {edited && (
        <Dialog
          title={edited === 'new' ? 'Add a person' : edited.person}
          onClose={() => setEdited(undefined)}
        >
          <PersonForm person={edited === 'new' ? undefined : edited} onSaved={() => setEdited(undefined)} />
        </Dialog>
      )}
      {removed !== undefined && (
        <RemoveDialog
          name={removed}
          path={`v1/people/${encodeURIComponent(removed)}`}
          onClose={() => setRemoved(undefined)}
        >
          Their sessions and their tokens end within seconds, everywhere. What they did stays in the history
          and in the audit log. To keep somebody out for a while, disable them instead.
        </RemoveDialog>
      )}
    </>
  );
}

function PersonRow({
  person: { person, roles, groups = [], disabled = false, signsInBy, createdAt },
  onEdit,
  onInvite,
  onRemove,
}: {
  readonly person: Person;
  readonly onEdit: () => void;
  readonly onInvite: () => void;
  readonly onRemove: () => void;
}) {
  return (
    <div className="row person-row">
      <strong>
        {person}
        {disabled && <span className="tag">disabled</span>}
      </strong>
      <span>
        {roles.join(', ') || <span className="faint">no role</span>}
        {groups.length > 0 && <span className="faint"> · in {groups.join(', ')}</span>}
      </span>
      <span className="faint">
        {signsInBy.length === 0 ? 'has not signed in yet' : `signs in by ${signsInBy.join(' or ')}`}
      </span>
      <span className="faint">
        added <Ago at={createdAt} />
      </span>
      <RowActions name={person} onEdit={onEdit} onRemove={onRemove}>
        <Button onClick={onInvite}>
          Invite
          <Of name={person} />
        </Button>
      </RowActions>
    </div>
  );
}

function Invited({
  invitation: { person, secret, expiresAt },
}: {
  readonly invitation: Static<typeof Invitation>;
}) {
  return (
    <Note tone="good" title={`The invitation of ${person} is shown this once`}>
      <p className="fresh-token">
        <code>{secret}</code> <CopyButton text={() => secret}>Copy</CopyButton>
      </p>
      <p className="faint">
        Hand it over yourself. It works once and ends <Ago at={expiresAt} />; “Use an invitation” on the page
        to sign in takes it.
      </p>
    </Note>
  );
}
