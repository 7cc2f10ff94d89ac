import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { Field } from '../elements/field.jsx';
import { Empty, ProblemNote } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { Tick } from '../elements/tick.jsx';
import { violationsOf } from '../elements/violations.js';
import { useWhyNot } from '../session/session.js';
import { accountsQuery, type Account } from './access-queries.js';
import { RemoveDialog } from './remove-dialog.jsx';
import { RolePicks } from './role-picks.jsx';
import { RowActions } from './row-actions.jsx';
import { useSave } from './use-save.js';

/** Names under which machines call, and what they may do. Their tokens are made under “Tokens”. */
export function Accounts() {
  const accounts = useQuery(accountsQuery);
  const denied = useWhyNot('admin');
  const [edited, setEdited] = useState<Account | 'new'>();
  const [removed, setRemoved] = useState<string>();
  return (
    <>
      <div className="filters">
        <Button icon="plus" whyNot={denied} onClick={() => setEdited('new')}>
          New service account
        </Button>
      </div>
      <Shown query={accounts} rows={4}>
        {(found) =>
          found.length === 0 ? (
            <Empty title="There is no service account yet">
              <p>
                A pipeline or a script works under the name of one, with tokens that end when it is disabled.
              </p>
            </Empty>
          ) : (
            <div className="rows">
              {found.map((account) => (
                <div key={account.account} className="row account-row">
                  <strong>
                    {account.account}
                    {account.disabled && <span className="tag">disabled</span>}
                  </strong>
                  <span>{account.roles.join(', ') || <span className="faint">no role</span>}</span>
                  <span className="faint">{account.description}</span>
                  <RowActions
                    name={account.account}
                    onEdit={() => setEdited(account)}
                    onRemove={() => setRemoved(account.account)}
                  />
                </div>
              ))}
            </div>
          )
        }
      </Shown>
      {edited && (
        <Dialog
          title={edited === 'new' ? 'New service account' : edited.account}
          onClose={() => setEdited(undefined)}
        >
          <AccountForm account={edited === 'new' ? undefined : edited} onSaved={() => setEdited(undefined)} />
        </Dialog>
      )}
      {removed !== undefined && (
        <RemoveDialog
          name={removed}
          path={`v1/service-accounts/${removed}`}
          onClose={() => setRemoved(undefined)}
        >
          Its tokens end within seconds, everywhere.
        </RemoveDialog>
      )}
    </>
  );
}

function AccountForm({
  account,
  onSaved,
}: {
  readonly account: Account | undefined;
  readonly onSaved: () => void;
}) {
  const [name, setName] = useState(account?.account ?? '');
  const [description, setDescription] = useState(account?.description ?? '');
  const [roles, setRoles] = useState<readonly string[]>(account?.roles ?? []);
  const [disabled, setDisabled] = useState(account?.disabled ?? false);
  const save = useSave(onSaved);
  const wrong = violationsOf(save.error, ['/path/account', '/roles', '/description']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const about = description.trim();
    save.mutate({
      path: `v1/service-accounts/${encodeURIComponent(name.trim())}`,
      body: { roles, disabled, ...(about !== '' && { description: about }) },
    });
  };
  return (
    <form onSubmit={submit}>
      <Field label="Name" hint="Lower-case letters, digits and -" error={wrong.at('/path/account')}>
        <input
          value={name}
          required
          autoFocus={account === undefined}
          readOnly={account !== undefined}
          spellCheck={false}
          onChange={({ target }) => setName(target.value)}
        />
      </Field>
      <Field label="What works under this name" error={wrong.at('/description')}>
        <input
          value={description}
          placeholder="Nightly jobs"
          onChange={({ target }) => setDescription(target.value)}
        />
      </Field>
      <RolePicks picked={roles} onPick={setRoles} error={wrong.at('/roles')} />
      <Tick checked={disabled} onChange={setDisabled}>
        Refuse its tokens
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
