import { randomBytes } from 'node:crypto';
import { errors, ok, type Answer } from './answer.js';
import { makeLease, roleOf, type Mount, type Token, type World } from './model.js';

export interface MountAt {
  readonly at: string;
  readonly mount: Mount;
}

export function mountOf(world: World, path: string): MountAt | undefined {
  for (const [at, mount] of world.mounts) if (path.startsWith(at)) return { at, mount };
  return undefined;
}

/** `GET <mount>/…` of each engine. */
export function read(world: World, token: Token, path: string, query: URLSearchParams): Answer {
  const found = mountOf(world, path);
  if (!found) return errors(404, `no handler for route "${path}". route entry not found.`);
  const { at, mount } = found;
  if (mount.type === 'aws') return credentials(world, token, at, path.slice(at.length));
  if (mount.version === 1) {
    const [only] = world.values.get(path) ?? [];
    return only ? ok({ lease_duration: 2_764_800, data: only.data }) : { status: 404, body: { errors: [] } };
  }
  return versioned(world, at, path, query);
}

function versioned(world: World, at: string, path: string, query: URLSearchParams): Answer {
  const rest = path.slice(at.length);
  if (!rest.startsWith('data/'))
    return {
      status: 404,
      body: { errors: [], warnings: ['Invalid path for a versioned K/V secrets engine.'] },
    };
  const versions = world.values.get(at + rest.slice('data/'.length)) ?? [];
  const number = Number(query.get('version') ?? versions.length);
  const version = versions[number - 1];
  if (!version) return { status: 404, body: { errors: [] } };
  const metadata = {
    version: number,
    destroyed: false,
    deletion_time: version.deleted ? '2026-01-01T00:00:00Z' : '',
  };
  if (version.deleted) return { status: 404, body: { data: { data: null, metadata } } };
  return ok({ data: { data: version.data, metadata } });
}

/** `creds` makes a user, which is gone with its lease; `sts` assumes a role, whose credentials only run out. */
function credentials(world: World, token: Token, at: string, rest: string): Answer {
  const [kind = '', role = ''] = rest.split('/');
  if ((kind !== 'creds' && kind !== 'sts') || !roleOf(world, at, role))
    return errors(400, `Role '${role}' not found`);
  const lease = makeLease(world, token, at, role, kind === 'creds');
  const session = kind === 'sts' ? randomBytes(48).toString('base64') : null;
  return ok({
    lease_id: lease.id,
    lease_duration: lease.ttlS,
    renewable: lease.renewable,
    data: {
      access_key: lease.accessKey,
      secret_key: randomBytes(30).toString('base64'),
      security_token: session,
      session_token: session,
    },
  });
}
