/** Every reason that has to do with who calls and what they may do; rows as in `refusal.ts`. */
export const ACCESS_REFUSALS = {
  'token.missing': {
    status: 401,
    title: 'A token is needed',
    hint: 'Send the header Authorization: Bearer <token>.',
  },
  'token.invalid': {
    status: 401,
    title: 'The token is not valid',
    hint: 'Ask an administrator for a new token; this one is unknown, was removed or has ended.',
  },
  'access.denied': {
    status: 403,
    title: 'You may not do this',
    hint: 'Ask an administrator for a role with the right that the detail names, or use a token that has it.',
  },
  'session.refused': {
    status: 401,
    title: 'The name or the password is not right',
    hint: 'Try again, or ask an administrator for a new invitation.',
  },
  'session.unproven': {
    status: 401,
    title: 'The identity provider signed nobody in',
    hint: 'Sign in again; when it happens again, ask an administrator with the detail.',
  },
  'person.taken': {
    status: 409,
    title: 'The name belongs to somebody else here',
    hint: 'Ask an administrator to remove the other person of this name.',
  },
  'session.locked': {
    status: 429,
    title: 'Too many attempts to sign in',
    hint: 'Wait for the time in Retry-After; it doubles with each further attempt, up to 15 minutes.',
  },
  'session.busy': {
    status: 503,
    title: 'Too many people sign in at once',
    hint: 'Try again after the time in Retry-After.',
  },
  'session.foreign': {
    status: 403,
    title: 'A foreign page sent the request',
    hint: 'Open the page of Beanpod itself. Programs send a token instead of the cookie of a session.',
  },
  'identity.unavailable': {
    status: 503,
    title: 'The identity provider cannot be asked',
    hint: 'Try again after the time in Retry-After; tokens and passwords of Beanpod work meanwhile.',
  },
  'token.unknown': {
    status: 404,
    title: 'There is no such token',
    hint: 'List the tokens with GET /v1/tokens.',
  },
  'role.unknown': {
    status: 404,
    title: 'There is no such role',
    hint: 'List the roles with GET /v1/roles.',
  },
  'role.built-in': {
    status: 409,
    title: 'The role is always there',
    hint: 'Make a role of your own under another name.',
  },
  'person.unknown': {
    status: 404,
    title: 'There is no such person',
    hint: 'Add them with PUT /v1/people/{person}.',
  },
  'account.unknown': {
    status: 404,
    title: 'There is no such service account',
    hint: 'Add it with PUT /v1/service-accounts/{account}.',
  },
  'trust.unknown': {
    status: 404,
    title: 'There is no such trust',
    hint: 'List the trusts with GET /v1/trusts.',
  },
  'invitation.unknown': {
    status: 404,
    title: 'The invitation is not valid',
    hint: 'It was used, has ended, or was not copied as a whole; ask an administrator for a new one.',
  },
} as const;
