import { defineConfig } from 'vitest/config';

const withRedis = {
  globalSetup: ['scripts/set-up/vitest.mjs'],
  expect: { poll: { timeout: 30_000, interval: 20 } },
};

/** One project for each kind of test; `npm test` runs them one after the other, in this order. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 30_000 } },
      {
        extends: true,
        test: {
          name: 'architecture',
          include: ['test/architecture.test.ts', 'test/packaging/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...withRedis,
        },
      },
      {
        extends: true,
        test: {
          name: 'conformance',
          include: ['test/conformance/**/*.test.ts'],
          testTimeout: 90_000,
          hookTimeout: 60_000,
          ...withRedis,
        },
      },
      {
        extends: true,
        test: {
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          ...withRedis,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          ...withRedis,
        },
      },
      {
        // Only `npm run test:cluster` runs it: it writes to the cluster that KUBECONFIG names.
        extends: true,
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          ...withRedis,
        },
      },
    ],
  },
});
