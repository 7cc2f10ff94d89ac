import { hasRole, type Directory } from '../../shared/domain/access-directory.js';
import { invalid } from '../violations.js';

/** Throws a 422 Refusal that names every role that there is not. */
export function judgeRoles(directory: Directory, roles: readonly string[]): void {
  const violations = roles.flatMap((role, index) =>
    hasRole(directory, role)
      ? []
      : [{ pointer: `/roles/${index}`, detail: `is not a role: there is no ${role}` }],
  );
  if (violations.length > 0) throw invalid(violations);
}
