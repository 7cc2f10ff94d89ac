import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Button } from '../elements/button.jsx';
import { Field } from '../elements/field.jsx';
import { Empty, ProblemNote } from '../elements/note.jsx';
import { violationsOf } from '../elements/violations.js';
import { trustsQuery, type Trust } from './access-queries.js';
import { readClaims, writeClaims } from './claims.js';
import { RoleHolders } from './role-holders.jsx';
import { RolePicks } from './role-picks.jsx';
import { RowActions } from '../elements/row-actions.jsx';
import { useSave } from './use-save.js';

/** Which CI runs may do what without a secret, by what their signed tokens say. */
export function Trusts() {
  return (
    <RoleHolders
      query={useQuery(trustsQuery)}
      nameOf={({ trust }) => trust}
      folder="v1/trusts"
      add="New trust"
      none={
        <Empty title="No CI run is trusted yet">
          <p>
            Runs of GitHub Actions, GitLab and others prove with a signed token where they run. A trust says
            which of them may do what, so that they need no secret.
          </p>
        </Empty>
      }
      farewell="Runs that it let in are refused from now on, and the tokens that they were given end."
      row={({ trust, roles, issuer, claims }, on) => (
        <div className="row trust-row">
          <strong>{trust}</strong>
          <span>{roles.join(', ') || <span className="faint">no role</span>}</span>
          <span className="faint">{issuer}</span>
          <code className="faint">{writeClaims(claims).replaceAll('\n', '  ')}</code>
          <RowActions name={trust} {...on} />
        </div>
      )}
      form={(trust, onSaved) => <TrustForm trust={trust} onSaved={onSaved} />}
    />
  );
}

function TrustForm({ trust, onSaved }: { readonly trust: Trust | undefined; readonly onSaved: () => void }) {
  const [name, setName] = useState(trust?.trust ?? '');
  const [issuer, setIssuer] = useState(trust?.issuer ?? 'https://token.actions.githubusercontent.com');
  const [claims, setClaims] = useState(writeClaims(trust?.claims ?? {}));
  const [roles, setRoles] = useState<readonly string[]>(trust?.roles ?? []);
  const save = useSave(onSaved);
  const wrong = violationsOf(save.error, ['/path/trust', '/issuer', '/claims', '/roles']);
  const read = readClaims(claims);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if ('problem' in read) return;
    save.mutate({
      path: `v1/trusts/${encodeURIComponent(name.trim())}`,
      body: { issuer: issuer.trim(), claims: read.claims, roles },
    });
  };
  return (
    <form onSubmit={submit}>
      <Field label="Name" hint="Lower-case letters, digits and -" error={wrong.at('/path/trust')}>
        <input
          value={name}
          required
          autoFocus={trust === undefined}
          readOnly={trust !== undefined}
          spellCheck={false}
          onChange={({ target }) => setName(target.value)}
        />
      </Field>
      <Field
        label="Issuer"
        hint="Who signs the tokens; BEANPOD_CI_ISSUERS must name it too"
        error={wrong.at('/issuer')}
      >
        <input
          value={issuer}
          required
          spellCheck={false}
          onChange={({ target }) => setIssuer(target.value)}
        />
      </Field>
      <Field
        label="Claims"
        hint="One in a line, name=value; * at the end of a value stands for any rest. Prefer ids to names"
        error={'problem' in read ? read.problem : wrong.at('/claims')}
      >
        <textarea
          value={claims}
          rows={4}
          required
          spellCheck={false}
          placeholder={'repository_id=123456\nref=refs/heads/main'}
          onChange={({ target }) => setClaims(target.value)}
        />
      </Field>
      <RolePicks picked={roles} onPick={setRoles} error={wrong.at('/roles')} />
      {wrong.rest !== undefined && <ProblemNote error={wrong.rest} />}
      <div className="actions">
        <Button
          type="submit"
          look="main"
          whyNot={'problem' in read ? read.problem : save.isPending ? 'One moment' : undefined}
        >
          Save
        </Button>
      </div>
    </form>
  );
}
