/** What goes back over the wire. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export function ok(body: Readonly<Record<string, unknown>>): Answer {
  return {
    status: 200,
    body: { request_id: 'simulated', lease_id: '', lease_duration: 0, renewable: false, ...body },
  };
}

export const nothing: Answer = { status: 204 };

export function errors(status: number, ...said: readonly string[]): Answer {
  return { status, body: { errors: said } };
}

export const denied = errors(403, '1 error occurred:\n\t* permission denied\n\n');
