import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

/** What a token is made of, where it is to differ from a good one. */
export interface Oddities {
  readonly issuer?: string;
  readonly audience?: string;
  readonly expiresIn?: string;
  readonly issuedAt?: number;
  readonly subject?: string | undefined;
}

/** A code that was given to a browser, and what it may be redeemed with. */
interface Grant {
  readonly challenge: string;
  readonly redirectUri: string;
  readonly nonce: string;
}

export type OidcIssuer = Awaited<ReturnType<typeof startOidcIssuer>>;

/**
 * A stand-in for an identity provider at the wire: discovery, keys, an authorization endpoint at which `person`
 * consents at once, and a token endpoint that insists on PKCE, on the client's secret, and on each code being new.
 */
export async function startOidcIssuer(client: { readonly id: string; readonly secret: string }) {
  const keys = await Promise.all(['one', 'two'].map(newKey));
  const grants = new Map<string, Grant>();
  const seen: string[] = [];
  let current = 0;
  let person: JWTPayload = { sub: 'u-1' };
  let down = false;
  const server = createServer((req, res) => void serve(req, res));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const asked = new URL(req.url ?? '/', url);
    seen.push(asked.pathname);
    if (down) return void res.writeHead(503).end();
    switch (asked.pathname) {
      case '/.well-known/openid-configuration':
        return reply(res, 200, {
          issuer: url,
          jwks_uri: `${url}/keys`,
          authorization_endpoint: `${url}/authorize`,
          token_endpoint: `${url}/token`,
        });
      case '/keys':
        return reply(res, 200, { keys: [keys[current]?.jwk] });
      case '/authorize':
        return authorize(asked.searchParams, res);
      case '/token':
        return redeem(req, res);
      default:
        return reply(res, 404, {});
    }
  }

  function authorize(asked: URLSearchParams, res: ServerResponse): void {
    const [code, redirect] = [`code-${grants.size + 1}`, asked.get('redirect_uri') ?? ''];
    if (asked.get('client_id') !== client.id || asked.get('code_challenge_method') !== 'S256')
      return reply(res, 400, { error: 'invalid_request' });
    grants.set(code, {
      challenge: asked.get('code_challenge') ?? '',
      redirectUri: redirect,
      nonce: asked.get('nonce') ?? '',
    });
    const back = new URL(redirect);
    back.searchParams.set('code', code);
    back.searchParams.set('state', asked.get('state') ?? '');
    res.writeHead(302, { location: back.href }).end();
  }

  async function redeem(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(req));
    const code = form.get('code') ?? '';
    const grant = grants.get(code);
    grants.delete(code);
    const verifier = form.get('code_verifier') ?? '';
    const basic = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`;
    const fits =
      grant?.redirectUri === form.get('redirect_uri') &&
      createHash('sha256').update(verifier).digest('base64url') === grant.challenge &&
      req.headers.authorization === basic;
    if (!fits) return reply(res, 400, { error: 'invalid_grant' });
    reply(res, 200, {
      token_type: 'Bearer',
      access_token: 'opaque',
      id_token: await sign({ nonce: grant.nonce, ...person }, { audience: client.id, subject: person.sub }),
    });
  }

  /** A token of this issuer, good in everything that is not said to be odd. */
  async function sign(claims: JWTPayload, odd: Oddities = {}): Promise<string> {
    const { issuer = url, audience = 'beanpod', expiresIn = '5m', issuedAt } = odd;
    const token = new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: keys[current]?.jwk.kid ?? '' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresIn);
    const subject = 'subject' in odd ? odd.subject : (claims.sub ?? 'repo:octo/shop:ref:refs/heads/main');
    if (subject !== undefined) token.setSubject(subject);
    return token.sign((keys[current] ?? (await newKey('none'))).privateKey);
  }

  return {
    url,
    sign,
    /** Paths that were asked for, in order. */
    seen,
    /** Who consents from now on, as their claims. */
    setPerson: (claims: JWTPayload) => (person = claims),
    /** Signs with another key from now on, as issuers do now and then. */
    rotate: () => (current = (current + 1) % keys.length),
    setDown: (is: boolean) => (down = is),
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function newKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  return { privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
}

function reply(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
