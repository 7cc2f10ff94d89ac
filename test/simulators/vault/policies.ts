import type { Token, World } from './model.js';

/** What every token may do: the built-in policy `default`, as far as the simulator serves it. */
const DEFAULT: readonly (readonly [string, string])[] = [
  ['auth/token/lookup-self', 'read'],
  ['auth/token/renew-self', 'update'],
  ['auth/token/revoke-self', 'update'],
  ['sys/leases/renew', 'update'],
  ['sys/internal/ui/mounts/*', 'read'],
];

/** Whether a token may do this at a path. Of several patterns that fit, the longest decides, as in Vault. */
export function may(world: World, token: Token, path: string, capability: string): boolean {
  if (token.policies.includes('root')) return true;
  if (DEFAULT.some(([pattern, wanted]) => wanted === capability && fits(pattern, path))) return true;
  const fitting = rulesOf(world, token)
    .filter(([pattern]) => fits(pattern, path))
    .sort(([one], [other]) => other.length - one.length);
  const capabilities = fitting[0]?.[1] ?? [];
  return !capabilities.includes('deny') && capabilities.includes(capability);
}

/** Whether anything below a path is open to a token: what the preflight look at a mount asks. */
export function mayReach(world: World, token: Token, path: string, mount: string): boolean {
  if (token.policies.includes('root')) return true;
  const rest = path.slice(mount.length);
  return [path, `${mount}data/${rest}`].some((each) =>
    rulesOf(world, token).some(([pattern, all]) => fits(pattern, each) && !all.includes('deny')),
  );
}

function rulesOf(world: World, token: Token): readonly (readonly [string, readonly string[]])[] {
  return token.policies.flatMap((name) => Object.entries(world.policies.get(name) ?? {}));
}

function fits(pattern: string, path: string): boolean {
  const source = pattern
    .split('')
    .map((sign) => (sign === '+' ? '[^/]+' : sign.replace(/[.*?^${}()|[\]\\]/g, '\\$&')))
    .join('')
    .replace(/\\\*$/, '.*');
  return new RegExp(`^${source}$`).test(path);
}
