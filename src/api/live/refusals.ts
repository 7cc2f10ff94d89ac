/** Reasons that have to do with what runs in clusters; rows as in `refusal.ts`. */
export const LIVE_REFUSALS = {
  'live.unsupported': {
    status: 422,
    title: 'The platform of the target cannot do this',
    hint: 'The detail names what it is asked for and which provider the target has.',
  },
  'live.failed': {
    status: 422,
    title: 'The platform of the target refused',
    hint: 'The detail says what the worker saw; correct it and ask again.',
  },
  'live.unavailable': {
    status: 503,
    title: 'The platform of the target cannot answer now',
    hint: 'Ask again after the time in Retry-After.',
  },
  'live.timeout': {
    status: 504,
    title: 'No worker answered in time',
    hint: 'Check that a worker runs, then ask again.',
  },
  'live.logs-unknown': {
    status: 404,
    title: 'There are no such logs',
    hint: 'Pull them with POST /v1/targets/{service}/{environment}/live/logs first.',
  },
  // Asking again helps nobody here, so it is none of those that have a Retry-After.
  'live.no-gateway': {
    status: 501,
    title: 'This installation has no gateway',
    hint: 'Run a process in the role gateway, and tell the API where with BEANPOD_GATEWAY_URL.',
  },
  'live.gateway-away': {
    status: 503,
    title: 'The gateway cannot be reached',
    hint: 'Check that a gateway runs and has the same BEANPOD_GATEWAY_KEY; deployments go on without it.',
  },
  'live.ticket-refused': {
    status: 403,
    title: 'The ticket is not good',
    hint: 'A ticket is good once and for 30 seconds: ask for a new one.',
  },
  'live.pod-unknown': {
    status: 404,
    title: 'The target has no such pod',
    hint: 'List its pods with GET /v1/targets/{service}/{environment}/live/pods.',
  },
  'live.pod-replaced': {
    status: 409,
    title: 'Another pod has taken the place',
    hint: 'Look at the pods again and choose the one that runs now.',
  },
  'live.exec-off': {
    status: 403,
    title: 'Shells are not allowed in this environment',
    hint: 'An administrator allows them with live: {exec: true} in the environment.',
  },
  'live.container-stopped': {
    status: 409,
    title: 'The container does not run',
    hint: 'Choose a container that runs; the pods tell which one does.',
  },
  'live.recording-unknown': {
    status: 404,
    title: 'There is no such recording',
    hint: 'List them with GET /v1/targets/{service}/{environment}/live/recordings; one without an end may be lost.',
  },
  'live.busy': {
    status: 503,
    title: 'The gateway carries as much as it can',
    hint: 'Try again after the time in Retry-After, or run more gateways.',
  },
  'live.too-many': {
    status: 429,
    title: 'Too many of these are open at once',
    hint: 'Close what you do not read any more, then try again.',
  },
  'operation.unknown': {
    status: 404,
    title: 'There is no such operation',
    hint: 'List them with GET /v1/targets/{service}/{environment}/live/operations; the last 500 are kept.',
  },
  'operation.begun': {
    status: 409,
    title: 'The operation has begun',
    hint: 'Read how it ended, and undo it with another one where that is possible.',
  },
  'operation.undone': {
    status: 409,
    title: 'The operation ended without being begun',
    hint: 'Nothing was done. Ask for it again if you want it after all.',
  },
} as const;
