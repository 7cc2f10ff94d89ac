import { Type } from 'typebox';
import { LiveView, ReadyView } from '../../shared/contract/health-view.js';
import { closed } from '../../shared/contract/names.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';

/** One thing that readiness depends on. */
export interface ReadinessCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail?: string;
}

/** For whatever supervises the process. Liveness does not depend on Redis: a restart would not bring it back. */
export function healthRoutes(checks: () => Promise<readonly ReadinessCheck[]>): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/livez',
      tag: 'Health',
      summary: 'Whether the process runs',
      access: 'open',
      rate: 'none',
      answers: { 200: { description: 'It runs', schema: LiveView } },
      handler: () => Promise.resolve(json(200, { status: 'ok' })),
    }),
    defineRoute({
      method: 'get',
      path: '/readyz',
      tag: 'Health',
      summary: 'Whether requests can be served',
      access: 'open',
      rate: 'none',
      query: Type.Object(
        {
          verbose: Type.Optional(
            Type.String({ maxLength: 10, description: 'Answer with each check', examples: [''] }),
          ),
        },
        { ...closed, description: 'Detail' },
      ),
      answers: {
        200: { description: 'Ready', schema: ReadyView },
        503: { description: 'Not ready', schema: ReadyView },
      },
      async handler({ query }) {
        const found = await checks();
        const ok = found.every((each) => each.ok);
        const body = {
          status: ok ? 'ok' : 'unavailable',
          ...(query.verbose !== undefined && { checks: found }),
        };
        return json(ok ? 200 : 503, body, ok ? {} : { 'retry-after': '2' });
      },
    }),
  ];
}
