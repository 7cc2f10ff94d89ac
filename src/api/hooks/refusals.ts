/** Reasons that have to do with hooks and what was delivered to them; rows as in `refusal.ts`. */
export const HOOK_REFUSALS = {
  'hook.unknown': { status: 404, title: 'There is no such hook', hint: 'List them with GET /v1/hooks.' },
  'hook.refused': {
    status: 401,
    title: 'The delivery is not proven',
    hint: 'Set the same secret at the sender and at the hook, and look at the deliveries of the hook.',
  },
  'delivery.unknown': {
    status: 404,
    title: 'There is no such delivery',
    hint: 'List them with GET /v1/hooks/{hook}/deliveries.',
  },
  'delivery.refused': {
    status: 422,
    title: 'The delivery cannot be carried out',
    hint: 'Correct what the detail names, then replay the delivery.',
  },
  'delivery.not-kept': {
    status: 409,
    title: 'The body of the delivery is not kept',
    hint: 'Send it again from the sender; bodies are kept when BEANPOD_ENCRYPTION_KEYS is set.',
  },
} as const;
