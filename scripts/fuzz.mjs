// Sends generated requests to every route of a real API: npm run test:fuzz -- --requests 10000 [--seed 7] [--route 'put /v1/hooks']
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    route: { type: 'string', default: '' },
  },
});
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'integration', 'test/integration/api/fuzz.test.ts'],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      BEANPOD_FUZZ: values.requests,
      BEANPOD_FUZZ_SEED: values.seed,
      BEANPOD_FUZZ_ROUTE: values.route,
    },
  },
);
process.exit(status ?? 1);
