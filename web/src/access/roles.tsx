import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../elements/button.jsx';
import { Shown } from '../elements/shown.jsx';
import { useWhyNot } from '../session/session.js';
import { rolesQuery, type Role } from './access-queries.js';
import { MatrixTable } from './matrix-table.jsx';
import { RemoveDialog } from '../elements/remove-dialog.jsx';
import { RoleForm } from './role-form.jsx';
import { matrixOf, sayPlace } from './rule-matrix.js';

/** Every role as a matrix of rights and places; those of this installation can be changed. */
export function Roles() {
  const roles = useQuery(rolesQuery);
  const denied = useWhyNot('admin');
  const [open, setOpen] = useState<string>();
  const [removed, setRemoved] = useState<string>();
  return (
    <>
      <div className="filters">
        <Button icon="plus" whyNot={denied} onClick={() => setOpen('')}>
          New role
        </Button>
      </div>
      {open === '' && (
        <section className="panel role" aria-label="New role">
          <RoleForm role={undefined} onSaved={() => setOpen(undefined)} onCancel={() => setOpen(undefined)} />
        </section>
      )}
      <Shown query={roles} rows={5}>
        {(found) =>
          found.map((role) => (
            <section key={role.role} className="panel role" aria-label={role.role}>
              <RoleRow
                role={role}
                isOpen={open === role.role}
                onOpen={() => setOpen(open === role.role ? undefined : role.role)}
              />
              {open === role.role &&
                (role.builtIn ? (
                  <MatrixTable matrix={matrixOf(role.rules)} />
                ) : (
                  <RoleForm
                    role={role}
                    onSaved={() => setOpen(undefined)}
                    onCancel={() => setOpen(undefined)}
                    onRemove={() => setRemoved(role.role)}
                  />
                ))}
            </section>
          ))
        }
      </Shown>
      {removed !== undefined && (
        <RemoveDialog name={removed} path={`v1/roles/${removed}`} onClose={() => setRemoved(undefined)}>
          Whoever has it must lose it first: what it denies them would go with it.
        </RemoveDialog>
      )}
    </>
  );
}

function RoleRow({
  role: { role, description, groups = [], rules, builtIn },
  isOpen,
  onOpen,
}: {
  readonly role: Role;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}) {
  return (
    <div className="row role-row">
      <strong>
        {role}
        {builtIn && <span className="tag">always there</span>}
      </strong>
      <ul>
        {description && <li className="faint">{description}</li>}
        {groups.length > 0 && <li className="faint">members of {groups.join(', ')} have it</li>}
        {rules.map(({ effect, verbs, service = '*', environment = '*' }) => (
          <li key={`${effect} ${verbs.join()} ${service} ${environment}`}>
            <span className={`badge tone-${effect === 'allow' ? 'good' : 'bad'}`}>{effect}</span>{' '}
            {verbs.join(', ')} <span className="faint">on {sayPlace({ service, environment })}</span>
          </li>
        ))}
      </ul>
      <Button look="quiet" icon={isOpen ? 'up' : 'down'} pressed={isOpen} onClick={onOpen}>
        {builtIn ? `Matrix of ${role}` : `Edit ${role}`}
      </Button>
    </div>
  );
}
