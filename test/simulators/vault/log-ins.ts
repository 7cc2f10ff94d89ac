import { errors, ok, type Answer } from './answer.js';
import { makeToken, type Token, type World } from './model.js';

/** `POST auth/<method>/login`. Methods are mounted under their own names. */
export function logIn(world: World, method: string, body: Readonly<Record<string, unknown>>): Answer {
  switch (method) {
    case 'approle': {
      const role = world.appRoles.get(String(body['role_id']));
      if (!role || role.secretId !== body['secret_id']) return errors(400, 'invalid role or secret ID');
      return authOf(makeToken(world, role.policies, String(body['role_id'])));
    }
    case 'kubernetes':
    case 'jwt': {
      const name = String(body['role']);
      const role = world.jwtRoles.get(`${method}/${name}`);
      if (!role) return errors(400, `invalid role name "${name}"`);
      if (subjectOf(String(body['jwt'])) !== role.subject)
        return method === 'jwt'
          ? errors(400, 'error validating token: invalid subject (sub) claim')
          : errors(403, 'service account name not authorized');
      return authOf(makeToken(world, role.policies, name));
    }
    default:
      return errors(403, 'permission denied');
  }
}

export function authOf(token: Token): Answer {
  return ok({
    auth: {
      client_token: token.id,
      accessor: token.id.slice(-8),
      policies: token.policies,
      lease_duration: token.ttlS,
      renewable: token.renewable,
    },
  });
}

/** A token without a signature would be refused by Vault; here only who it speaks of counts. */
function subjectOf(jwt: string): unknown {
  try {
    const claims: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return (claims as { sub?: unknown }).sub;
  } catch {
    return undefined;
  }
}
