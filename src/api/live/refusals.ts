/** Reasons that have to do with what runs in clusters; rows as in `refusal.ts`. */
export const LIVE_REFUSALS = {
  'live.no-gateway': {
    status: 503,
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
} as const;
