import { useQuery } from '@tanstack/react-query';
import { ProblemNote } from '../elements/note.jsx';
import { Tick } from '../elements/tick.jsx';
import { rolesQuery } from './access-queries.js';

/** The roles that somebody has, to be ticked. */
export function RolePicks({
  picked,
  onPick,
  error,
}: {
  readonly picked: readonly string[];
  readonly onPick: (roles: readonly string[]) => void;
  readonly error?: string | undefined;
}) {
  const { data: roles = [], error: unread } = useQuery(rolesQuery);
  return (
    <fieldset className="role-picks">
      <legend>Roles</legend>
      {unread && <ProblemNote error={unread} />}
      {roles.map(({ role, description }) => (
        <Tick
          key={role}
          checked={picked.includes(role)}
          onChange={(isPicked) =>
            onPick(isPicked ? [...picked, role] : picked.filter((each) => each !== role))
          }
        >
          <span>
            {role} {description && <span className="faint">{description}</span>}
          </span>
        </Tick>
      ))}
      {error !== undefined && (
        <span className="field-error" role="alert">
          {error}
        </span>
      )}
    </fieldset>
  );
}
