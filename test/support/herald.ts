import type { Redis } from 'ioredis';
import { createLogger } from '../../src/shared/log/logger.js';
import { createRedactor } from '../../src/shared/log/redact.js';
import { createSeal } from '../../src/shared/secrets/seal.js';
import { createConfiguration } from '../../src/shared/store/configuration.js';
import { createDeployments } from '../../src/shared/store/deployments.js';
import { createNotices } from '../../src/shared/store/notices.js';
import { createAddressGuard } from '../../src/workers/checks/address-guard.js';
import { startHerald } from '../../src/workers/notices/herald.js';
import { createMail } from '../../src/workers/notices/mail.js';
import { createSender } from '../../src/workers/notices/send-request.js';
import { createSecrets } from '../../src/workers/secrets/secrets.js';

interface HeraldWish {
  readonly redis: { readonly client: Redis; readonly namespace: string };
  /** As in `BEANPOD_ENCRYPTION_KEYS` of the API. */
  readonly key: string;
  /** Networks that it may send to; this machine's alone unless said. */
  readonly networks?: readonly string[];
  readonly mailUrl?: string;
}

/** A real herald on the store of an API under test, which tells what that API's deployments do. */
export function startHeraldOf({
  redis: { client, namespace },
  key,
  networks = ['127.0.0.0/8'],
  mailUrl,
}: HeraldWish): ReturnType<typeof startHerald> {
  const redactor = createRedactor();
  const logger = createLogger(process.env['TEST_LOG'] ?? 'silent');
  const deployments = createDeployments(client, namespace, { perTarget: 10, live: 1_000 });
  return startHerald({
    notices: createNotices(client, namespace),
    configuration: createConfiguration(client, namespace),
    secrets: createSecrets({
      config: { secrets: { variables: {}, folder: '/nowhere' } },
      seal: createSeal([key]),
      redactor,
      logger,
    }),
    send: createSender(createAddressGuard(networks)),
    mail: mailUrl === undefined ? undefined : createMail(mailUrl, 'beanpod@example.com'),
    publicUrl: 'https://beanpod.example.com',
    logger,
    load: (id) => deployments.load(id),
    redact: (text) => redactor.redact(text),
  });
}
