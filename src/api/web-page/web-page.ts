import type { Express, Request, Response } from 'express';
import helmet from 'helmet';
import type { BuiltPage, PageFile } from './built-page.js';

const A_YEAR = 'public, max-age=31536000, immutable';

/** Paths of the API and its documentation: what is not found there is no address of the page either. */
const NOT_OURS = /^\/(v1|docs)(\/|$)/;

const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Beanpod</title></head>
<body><h1>The web page is not built</h1><p>Run <code>npm run build</code> and start this process again.
The API works without it: see <a href="docs">its documentation</a>.</p></body></html>
`;

/**
 * Serves the web page: its files by name, and its index at every other address that a browser asks for, since the
 * page itself knows its addresses. Mounted after everything else. `publicUrl` tells the path that a proxy in front
 * cuts off before a request arrives here.
 */
export function mountWebPage(app: Express, page: BuiltPage | undefined, publicUrl?: string): void {
  const guard = helmet({
    contentSecurityPolicy: policyOf({
      styleSrc: ["'self'"],
      frameSrc: ["'self'"],
      frameAncestors: ["'none'"],
    }),
  });
  // A terminal writes style sheets as it runs, so it has a document of its own, which the page frames; scripts are as
  // closed there as everywhere.
  const terminalGuard = helmet({
    contentSecurityPolicy: policyOf({
      styleSrc: ["'self'", "'unsafe-inline'"],
      frameSrc: ["'none'"],
      frameAncestors: ["'self'"],
    }),
  });
  const basePath = basePathOf(publicUrl);
  const index = page?.document('index', basePath) ?? NOT_BUILT;
  for (const name of ['shell', 'replay'] as const) {
    const terminal = page?.document(name, basePath) ?? NOT_BUILT;
    app.get(`/${name}`, terminalGuard, (_req, res) => sendDocument(res, terminal));
  }
  app.get(/.*/, (req, res, next) => {
    const file = page?.files.get(req.path);
    if (file) return guard(req, res, () => sendFile(req, res, file));
    if (NOT_OURS.test(req.path) || req.path.includes('.') || !req.accepts('html')) return next();
    guard(req, res, () => sendDocument(res, index));
  });
}

/** Nothing but files of this address may be loaded. */
function policyOf(differs: Readonly<Record<'styleSrc' | 'frameSrc' | 'frameAncestors', string[]>>) {
  return {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      // The icon of the tab is drawn by the page.
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      ...differs,
    },
  };
}

function sendDocument(res: Response, html: string): void {
  res.set('cache-control', 'no-store').type('html').send(html);
}

/** Hashed names never change their content; the rest is looked up anew each time. */
function sendFile(req: Request, res: Response, { type, hashed, plain, gzip }: PageFile): void {
  res.set({ 'cache-control': hashed ? A_YEAR : 'no-cache', vary: 'accept-encoding' }).type(type);
  if (gzip && req.acceptsEncodings('gzip')) res.set('content-encoding', 'gzip').send(gzip);
  else res.send(plain);
}

/** The path before all others, with a slash at both ends. */
function basePathOf(publicUrl: string | undefined): string {
  const path = publicUrl === undefined ? '/' : new URL(publicUrl).pathname;
  return path.endsWith('/') ? path : `${path}/`;
}
