import helmet from 'helmet';

/**
 * Headers for pages that others have made and we serve: nothing comes from elsewhere, and only styles, which they set as
 * attributes, may stand in the page itself. `baseUri` says whether a page may name where its links start.
 */
export function foreignPageGuard(baseUri: "'none'" | "'self'"): ReturnType<typeof helmet> {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        baseUri: [baseUri],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
  });
}
