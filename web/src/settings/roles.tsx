import { useQuery } from '@tanstack/react-query';
import type { Static } from 'typebox';
import type { RoleView } from '../../../src/shared/contract/access.js';
import { call } from '../api/call.js';
import { Shown } from '../elements/shown.jsx';

/** Who may do what: every role with its rules. */
export function Roles() {
  const roles = useQuery({
    queryKey: ['roles'],
    queryFn: ({ signal }) =>
      call<{ items: readonly Static<typeof RoleView>[] }>('GET', 'v1/roles', {
        query: { limit: 200 },
        signal,
      }),
  });
  return (
    <Shown query={roles} rows={5}>
      {({ items }) => (
        <div className="rows">
          {items.map(({ role, description, rules, builtIn }) => (
            <div key={role} className="row role-row">
              <strong>
                {role}
                {builtIn && <span className="tag">always there</span>}
              </strong>
              <ul>
                {description && <li className="faint">{description}</li>}
                {rules.map(({ effect, verbs, service = '*', environment = '*' }) => (
                  <li key={`${effect} ${verbs.join()} ${service} ${environment}`}>
                    <span className={`badge tone-${effect === 'allow' ? 'good' : 'bad'}`}>{effect}</span>{' '}
                    {verbs.join(', ')}{' '}
                    <span className="faint">
                      on {service === '*' ? 'every service' : service} in{' '}
                      {environment === '*' ? 'every environment' : environment}
                    </span>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </div>
      )}
    </Shown>
  );
}
