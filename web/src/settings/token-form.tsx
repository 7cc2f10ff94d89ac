import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { NewToken } from '../../../src/shared/contract/token.js';
import { accountsQuery, rolesQuery } from '../access/access-queries.js';
import { MatrixTable } from '../access/matrix-table.jsx';
import { matrixOf, rulesOf } from '../access/rule-matrix.js';
import { Button } from '../elements/button.jsx';
import { Field } from '../elements/field.jsx';
import { ProblemNote } from '../elements/note.jsx';
import { violationsOf } from '../elements/violations.js';
import { useWhyNot } from '../session/session.js';

/** Roles that every installation has; who may not read the others offers these. */
const BUILT_IN = ['view', 'deploy', 'edit', 'admin'];
const OWN_RULES = 'own rules';

/** A new token: who uses it, what it may do, and how long. */
export function TokenForm({
  onSubmit,
  error,
}: {
  readonly onSubmit: (body: NewToken) => void;
  readonly error: unknown;
}) {
  const isAdmin = useWhyNot('admin') === undefined;
  const { data: roles } = useQuery({ ...rolesQuery, enabled: isAdmin });
  const { data: accounts = [] } = useQuery({ ...accountsQuery, enabled: isAdmin });
  const [name, setName] = useState('');
  const [role, setRole] = useState('deploy');
  const [account, setAccount] = useState('');
  const [days, setDays] = useState('90');
  const [matrix, setMatrix] = useState(() => matrixOf([{ effect: 'allow', verbs: ['view'] }]));
  const wrong = violationsOf(error, ['/name', '/role', '/rules', '/account', '/expiresInDays']);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit({
      name: name.trim(),
      ...(role === OWN_RULES ? { rules: [...rulesOf(matrix)] } : { role }),
      ...(account !== '' && { account }),
      expiresInDays: Number(days),
    });
  };
  return (
    <form onSubmit={submit}>
      <Field label="Who uses it" hint="Shown as the one who deploys" error={wrong.at('/name')}>
        <input
          value={name}
          required
          maxLength={100}
          autoFocus
          placeholder="jenkins"
          onChange={({ target }) => setName(target.value)}
        />
      </Field>
      {accounts.length > 0 && (
        <Field label="Whose it is" error={wrong.at('/account')}>
          <select value={account} onChange={({ target }) => setAccount(target.value)}>
            <option value="">my own</option>
            {accounts.map((each) => (
              <option key={each.account} value={each.account}>
                service account {each.account}
              </option>
            ))}
          </select>
        </Field>
      )}
      <Field label="Role" hint="Never more than whom it belongs to may do" error={wrong.at('/role')}>
        <select value={role} onChange={({ target }) => setRole(target.value)}>
          {(roles?.map((each) => each.role) ?? BUILT_IN).map((each) => (
            <option key={each}>{each}</option>
          ))}
          <option>{OWN_RULES}</option>
        </select>
      </Field>
      {role === OWN_RULES && <MatrixTable matrix={matrix} onChange={setMatrix} />}
      {wrong.at('/rules') !== undefined && (
        <span className="field-error" role="alert">
          {wrong.at('/rules')}
        </span>
      )}
      <Field label="Days until it ends" error={wrong.at('/expiresInDays')}>
        <input
          type="number"
          min={1}
          max={365}
          value={days}
          required
          onChange={({ target }) => setDays(target.value)}
        />
      </Field>
      {wrong.rest !== undefined && <ProblemNote error={wrong.rest} />}
      <div className="actions">
        <Button type="submit" look="main">
          Make the token
        </Button>
      </div>
    </form>
  );
}
