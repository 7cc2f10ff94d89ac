import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Button } from '../elements/button.jsx';
import { Field } from '../elements/field.jsx';
import { Empty, ProblemNote } from '../elements/note.jsx';
import { Tick } from '../elements/tick.jsx';
import { violationsOf } from '../elements/violations.js';
import { accountsQuery, type Account } from './access-queries.js';
import { RoleHolders } from './role-holders.jsx';
import { RolePicks } from './role-picks.jsx';
import { RowActions } from '../elements/row-actions.jsx';
import { useSave } from './use-save.js';

/** Names under which machines call, and what they may do. Their tokens are made under “Tokens”. */
export function Accounts() {
  return (
    <RoleHolders
      query={useQuery(accountsQuery)}
      nameOf={({ account }) => account}
      folder="v1/service-accounts"
      add="New service account"
      none={
        <Empty title="There is no service account yet">
          <p>A pipeline or a script works under the name of one, with tokens that end when it is disabled.</p>
        </Empty>
      }
      farewell="Its tokens end within seconds, everywhere."
      row={({ account, disabled, roles, description }, on) => (
        <div className="row account-row">
          <strong>
            {account}
            {disabled && <span className="tag">disabled</span>}
          </strong>
          <span>{roles.join(', ') || <span className="faint">no role</span>}</span>
          <span className="faint">{description}</span>
          <RowActions name={account} {...on} />
        </div>
      )}
      form={(account, onSaved) => <AccountForm account={account} onSaved={onSaved} />}
    />
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
