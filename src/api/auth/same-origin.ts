import { Refusal } from '../refusal.js';

/** The headers by which a browser says where a request comes from. */
interface Provenance {
  header(name: string): string | undefined;
}

/**
 * Throws a 403 Refusal unless a browser says that the request comes from a page of this very origin. Browsers send
 * Sec-Fetch-Site, which no page can set, to trustworthy origins alone; elsewhere the Origin header has to do.
 */
export function proveSameOrigin(request: Provenance, publicUrl: string | undefined): void {
  const site = request.header('sec-fetch-site');
  if (site === 'same-origin') return;
  const origin = request.header('origin');
  if (site === undefined && origin !== undefined && isOwn(origin, request, publicUrl)) return;
  throw new Refusal(
    'session.foreign',
    `The request comes from ${origin ?? site ?? 'an unknown page'}; a session is good for pages of this address alone`,
  );
}

/** Throws the same Refusal when a browser says that the request comes from a foreign page; other clients may pass. */
export function refuseForeign(request: Provenance, publicUrl: string | undefined): void {
  if (request.header('sec-fetch-site') === undefined && request.header('origin') === undefined) return;
  proveSameOrigin(request, publicUrl);
}

function isOwn(origin: string, request: Provenance, publicUrl: string | undefined): boolean {
  const host = request.header('host');
  return [publicUrl, `http://${host}`].some(
    (own) => own !== undefined && URL.canParse(own) && new URL(own).origin === origin,
  );
}
