import type { Config } from '../../src/shared/config/schema.js';
import { createLogger } from '../../src/shared/log/logger.js';
import { createRedactor } from '../../src/shared/log/redact.js';
import { createSeal } from '../../src/shared/secrets/seal.js';
import type { VaultLeases } from '../../src/shared/store/vault-leases.js';
import { createSecrets, type Secrets } from '../../src/workers/secrets/secrets.js';

/** A key for tests, as `BEANPOD_ENCRYPTION_KEYS` takes it. */
export const TEST_KEY = `test:${Buffer.alloc(32, 7).toString('base64')}`;

interface Wish {
  readonly vault?: Config['vault'];
  readonly variables?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** Encryption keys; none when absent. */
  readonly keys?: readonly string[];
  /** Where leases are remembered; nowhere when absent. */
  readonly leases?: VaultLeases;
}

/** What a worker reads secrets from; nothing unless told otherwise. */
export function testSecrets({
  vault,
  variables = {},
  folder = '/nonexistent',
  keys = [],
  leases,
}: Wish = {}): Secrets {
  return createSecrets({
    config: { secrets: { variables, folder }, ...(vault && { vault }) },
    seal: createSeal(keys),
    ...(leases && { leases }),
    redactor: createRedactor(),
    logger: createLogger(process.env['TEST_LOG'] ?? 'silent'),
  });
}
