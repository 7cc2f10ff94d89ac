import { useMutation, useQuery } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { Invitation } from '../../../src/shared/contract/access.js';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { CopyButton } from '../elements/copy.jsx';
import { Empty, Note, ProblemNote } from '../elements/note.jsx';
import { Ago } from '../elements/time.jsx';
import { peopleQuery, type Person } from './access-queries.js';
import { PersonForm } from './person-form.jsx';
import { Of } from '../elements/of.jsx';
import { RoleHolders } from './role-holders.jsx';
import { RowActions } from '../elements/row-actions.jsx';

/** People, what they may do, and the invitations by which they choose a password. */
export function People() {
  const invite = useMutation({
    mutationFn: (person: string) =>
      call<Static<typeof Invitation>>('POST', `v1/people/${encodeURIComponent(person)}/invitation`),
  });
  return (
    <RoleHolders
      query={useQuery(peopleQuery)}
      nameOf={({ person }) => person}
      folder="v1/people"
      add="Add a person"
      none={
        <Empty title="Nobody is known by name yet">
          <p>Add a person, then hand them an invitation with which they choose a password.</p>
        </Empty>
      }
      farewell="Their sessions and their tokens end within seconds, everywhere. What they did stays in the history and in the audit log. To keep somebody out for a while, disable them instead."
      row={(person, on) => (
        <PersonRow person={person} onInvite={() => invite.mutate(person.person)} {...on} />
      )}
      form={(person, onSaved) => <PersonForm person={person} onSaved={onSaved} />}
    >
      {invite.error && <ProblemNote error={invite.error} />}
      {invite.data && <Invited invitation={invite.data} />}
    </RoleHolders>
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
