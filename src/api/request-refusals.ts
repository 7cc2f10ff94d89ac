/** Every reason that lies in the request itself, whatever it asks for; rows as in `refusal.ts`. */
export const REQUEST_REFUSALS = {
  'request.malformed': {
    status: 400,
    title: 'The request cannot be read',
    hint: 'Send well-formed JSON in UTF-8.',
  },
  'request.invalid': {
    status: 422,
    title: 'The request is invalid',
    hint: 'Correct every place that `errors` names.',
  },
  'request.too-large': {
    status: 413,
    title: 'The request is too large',
    hint: 'Send a smaller body; the limit is in the detail.',
  },
  'request.too-deep': {
    status: 422,
    title: 'The request has too many parts',
    hint: 'Nest at most 32 levels and send at most 5000 values.',
  },
  'request.too-many': {
    status: 429,
    title: 'Too many requests',
    hint: 'Go on after the time in Retry-After; RateLimit-Policy tells the limit. Poll less often, or wait with ?wait=50.',
  },
  'request.media-type': {
    status: 415,
    title: 'The type of the body is not supported',
    hint: 'Send the Content-Type that the API description names, without a Content-Encoding.',
  },
  'request.timeout': {
    status: 408,
    title: 'The body did not arrive in time',
    hint: 'Send the whole body within 20 seconds.',
  },
  'request.not-acceptable': {
    status: 406,
    title: 'None of the accepted types can be given',
    hint: 'Accept one of the types that the API description names.',
  },
  'route.unknown': {
    status: 404,
    title: 'There is nothing at this address',
    hint: 'Look up the addresses at /docs.',
  },
  'route.method': {
    status: 405,
    title: 'This address has no such method',
    hint: 'Use one of the methods in the Allow header.',
  },
} as const;
