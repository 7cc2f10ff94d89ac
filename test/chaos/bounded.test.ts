import { expect, it } from 'vitest';
import { FAULTS } from '../support/fault-schedule.js';
import { runChaos } from './run.js';

/** Another run: BEANPOD_CHAOS_SEED=7. The long one is `npm run test:chaos`. */
const SEED = Number(process.env['BEANPOD_CHAOS_SEED'] ?? Date.now() % 1_000_000);

it(`loses, doubles and reorders nothing while one fault of every kind happens (seed ${SEED})`, async () => {
  const told: string[] = [];
  const { findings, figures, seen } = await runChaos({
    seed: SEED,
    durationMs: 20_000,
    everyMs: 20_000 / (FAULTS.length + 1),
    deployments: 50,
    targets: 10,
    leaseMs: 1_500,
    workers: 2,
    apis: 2,
    settleMs: 120_000,
    tell: (line) => told.push(line),
  });
  console.log([...told, JSON.stringify(figures)].join('\n'));

  expect(findings).toEqual([]);
  expect(seen.accepted.size).toBeGreaterThan(30);
  expect(figures.writes['accepted']).toBeGreaterThan(30);
  expect(Object.keys(figures.faults).length).toBeGreaterThan(8);
}, 420_000);
