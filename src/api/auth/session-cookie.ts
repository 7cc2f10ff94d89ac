/** Names of the cookie: a browser takes the first one over https from this very host alone. */
const SECURE_NAME = '__Host-beanpod_session';
const PLAIN_NAME = 'beanpod_session';

/** Whether browsers reach the API over https. */
export function isSecure(publicUrl: string | undefined): boolean {
  return publicUrl?.startsWith('https:') === true;
}

/** The secret of the session in a Cookie header. Over https the plain name does not count: any host beside could set it. */
export function sessionIn(header: string | undefined, secure: boolean): string | undefined {
  return cookieIn(header, secure ? SECURE_NAME : PLAIN_NAME);
}

/** One cookie of a Cookie header. */
export function cookieIn(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** The Set-Cookie header that begins a session, or ends it with an empty secret. */
export function sessionCookie(secret: string, secure: boolean, forMs: number): string {
  const name = secure ? SECURE_NAME : PLAIN_NAME;
  const age = secret === '' ? 0 : Math.floor(forMs / 1000);
  return `${name}=${secret}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}
