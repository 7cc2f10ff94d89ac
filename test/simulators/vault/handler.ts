import { denied, errors, nothing, ok, type Answer } from './answer.js';
import { mountOf, read } from './engines.js';
import { authOf, logIn } from './log-ins.js';
import { expire, revokeLease, revokeToken, type Token, type World } from './model.js';
import { may, mayReach } from './policies.js';

export interface Call {
  readonly method: string;
  /** Below `/v1/`, decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly token: string | undefined;
  readonly namespace: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One call of Vault's API. */
export function handle(world: World, call: Call): Answer {
  expire(world);
  if (call.path === 'sys/health') return health(world);
  if (world.isSealed) return errors(503, 'Vault is sealed');
  if (call.namespace !== world.namespace)
    return errors(404, `no handler for route "${call.path}". route entry not found.`);
  const login = /^auth\/([^/]+)\/login$/.exec(call.path)?.[1];
  if (login !== undefined) return logIn(world, login, call.body);
  const token = call.token === undefined ? undefined : world.tokens.get(call.token);
  if (!token) return errors(403, 'permission denied');
  const mounts = /^sys\/internal\/ui\/mounts\/(.+)$/.exec(call.path)?.[1];
  if (mounts !== undefined) return preflight(world, token, mounts);
  const capability = call.method === 'GET' ? 'read' : 'update';
  return may(world, token, call.path, capability) ? serve(world, token, call) : denied;
}

function serve(world: World, token: Token, { method, path, query, body }: Call): Answer {
  const { lease_id: id } = body;
  const lease = typeof id === 'string' ? id : '';
  switch (`${method === 'GET' ? 'read' : 'write'} ${path}`) {
    case 'read auth/token/lookup-self':
      return ok({
        data: {
          id: token.id,
          policies: token.policies,
          renewable: token.renewable,
          ttl: leftOf(world, token),
        },
      });
    case 'write auth/token/renew-self':
      return renewToken(world, token);
    case 'write auth/token/revoke-self':
      revokeToken(world, token.id);
      return nothing;
    case 'write sys/leases/renew':
      return renewLease(world, lease);
    case 'write sys/leases/revoke':
      revokeLease(world, lease);
      return nothing;
    default:
      return method === 'GET' ? read(world, token, path, query) : errors(405, 'unsupported operation');
  }
}

function preflight(world: World, token: Token, path: string): Answer {
  const found = mountOf(world, `${path}/`) ?? mountOf(world, path);
  if (!found || !mayReach(world, token, path, found.at))
    return errors(
      403,
      `preflight capability check returned 403, please ensure client's policies grant access to path "${path}/"`,
    );
  const { at, mount } = found;
  const options = mount.type === 'kv' ? { version: String(mount.version) } : null;
  return ok({ data: { path: at, type: mount.type, options } });
}

function renewToken(world: World, token: Token): Answer {
  if (!token.renewable) return errors(400, 'lease is not renewable');
  token.expiresAt = Math.min(world.now() + token.ttlS * 1_000, token.lastAt ?? Infinity);
  return authOf({ ...token, ttlS: leftOf(world, token) });
}

function renewLease(world: World, id: string): Answer {
  const lease = world.leases.get(id);
  if (!lease) return errors(400, 'lease not found');
  if (!lease.renewable) return errors(400, 'lease is not renewable');
  lease.expiresAt = world.now() + lease.ttlS * 1_000;
  lease.renewals += 1;
  return ok({ lease_id: id, lease_duration: lease.ttlS, renewable: true });
}

function leftOf(world: World, token: Token): number {
  return token.expiresAt === undefined ? 0 : Math.max(1, Math.round((token.expiresAt - world.now()) / 1_000));
}

function health(world: World): Answer {
  return {
    status: world.isSealed ? 503 : 200,
    body: { initialized: true, sealed: world.isSealed, standby: false },
  };
}
