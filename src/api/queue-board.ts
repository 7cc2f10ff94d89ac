import type { Express, RequestHandler } from 'express';
import type { Logger } from '../shared/log/logger.js';
import type { Queues } from '../shared/queue/queues.js';
import { everywhere, permit } from './access/permit.js';
import type { Authentication } from './auth/authenticate.js';
import { foreignPageGuard } from './foreign-page-guard.js';
import { Refusal } from './refusal.js';
import { requestIdOf } from './request-id.js';
import { sendProblem } from './send.js';

const AT = '/admin/queues';

// The font that the board would like to load from elsewhere stays away.
const guard = foreignPageGuard("'self'");

/** What the board needs of the world around it. */
export interface QueueBoardDeps {
  readonly auth: Pick<Authentication, 'authenticate'>;
  readonly queues: Pick<Queues, 'queues'>;
  readonly logger: Logger;
}

/**
 * The wake-up calls in BullMQ's queues, for operators with the right `admin` everywhere: to look at, not to change.
 * The truth about deployments is elsewhere. Loaded when somebody looks for the first time.
 */
export function mountQueueBoard(app: Express, { auth, queues: { queues }, logger }: QueueBoardDeps): void {
  let board: Promise<RequestHandler> | undefined;

  async function load(): Promise<RequestHandler> {
    const [{ createBullBoard }, { BullMQAdapter }, { ExpressAdapter }] = await Promise.all([
      import('@bull-board/api'),
      import('@bull-board/api/bullMQAdapter'),
      import('@bull-board/express'),
    ]);
    const server = new ExpressAdapter().setBasePath(AT);
    createBullBoard({
      queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true, allowRetries: false })),
      serverAdapter: server,
      options: { uiConfig: { boardTitle: 'Beanpod', hideRedisDetails: true } },
    });
    return server.getRouter() as RequestHandler;
  }

  app.use(AT, guard, (req, res, next) => {
    const open = async () => {
      if (req.method !== 'GET' && req.method !== 'HEAD')
        throw new Refusal('route.method', 'The queues can be looked at and not changed', {
          headers: { allow: 'GET, HEAD' },
        });
      const caller = await auth.authenticate(req.headers);
      await permit<object>({ verb: 'admin', on: everywhere }, {}, caller);
      (await (board ??= load()))(req, res, next);
    };
    open().catch((error: unknown) =>
      sendProblem(req, res, error, requestIdOf(req.get('x-request-id')), logger),
    );
  });
}
