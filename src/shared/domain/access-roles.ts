import { ANY, VERBS, type Rule, type Verb } from './access.js';

const VIEW = ['view', 'logs'] as const satisfies readonly Verb[];
const DEPLOY = [
  ...VIEW,
  'deploy',
  'rollback',
  'cancel',
  'restart',
  'scale',
  'jmx-read',
] as const satisfies readonly Verb[];
const EDIT = [...DEPLOY, 'approve', 'edit'] as const satisfies readonly Verb[];

/**
 * The roles that every installation has, for all services and environments. Nobody gets a shell, writes over JMX or
 * overrides a rule without the role `admin`, or a role of their own that says so.
 */
export const BUILT_IN_ROLES: Readonly<Record<string, readonly Rule[]>> = {
  view: everywhere(VIEW),
  deploy: everywhere(DEPLOY),
  edit: everywhere(EDIT),
  admin: everywhere(VERBS),
};

/** Whether a role is one that every installation has; those cannot be changed. */
export function isBuiltIn(role: string): boolean {
  return Object.hasOwn(BUILT_IN_ROLES, role);
}

function everywhere(verbs: readonly Verb[]): readonly Rule[] {
  return [{ effect: 'allow', verbs, service: ANY, environment: ANY }];
}
