import { setTimeout as sleep } from 'node:timers/promises';
import { keysOf } from '../../src/shared/store/keys.js';
import { audit, type Evidence } from '../support/auditor.js';
import { faultSchedule, type FaultKind } from '../support/fault-schedule.js';
import { startRedisNode } from '../support/redis-node.js';
import { startTcpProxy } from '../support/tcp-proxy.js';
import { startCloud } from './cloud-process.js';
import { collect } from './collect.js';
import { figuresOf, type Figures } from './figures.js';
import { createFleet } from './fleet.js';
import { inflict, type Inflicted, type Victims } from './inflict.js';
import { createTraffic, type Seen } from './traffic.js';

/** One chaos run. Everything in it follows from the seed but the timing of the machine. */
export interface ChaosOptions {
  readonly seed: number;
  readonly durationMs: number;
  readonly deployments: number;
  readonly targets: number;
  /** On average between two faults. */
  readonly everyMs: number;
  readonly leaseMs: number;
  readonly workers: number;
  readonly apis: number;
  readonly kinds?: readonly FaultKind[];
  /** How long everything may take to end after the last fault. */
  readonly settleMs: number;
  tell(line: string): void;
}

export interface ChaosReport {
  /** Empty when nothing was lost. */
  readonly findings: readonly string[];
  readonly figures: Figures;
  readonly seen: Seen;
  readonly evidence: Evidence;
}

const NAMESPACE = 'chaos';

/** Starts an installation and a cloud, drives deployments through faults, waits for the end and has it audited. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, leaseMs, tell } = options;
  const redis = await startRedisNode();
  const wire = await startTcpProxy({ port: redis.port });
  const cloud = await startCloud(seed, 600);
  const fleet = createFleet({
    redisUrl: `redis://127.0.0.1:${wire.port}`,
    namespace: NAMESPACE,
    leaseMs,
  });
  const victims = { fleet, redis, wire, cloud, queuePrefix: keysOf(NAMESPACE).queuePrefix };
  const traffic = createTraffic({ fleet, cloudUrl: cloud.url, seed, targets: options.targets });
  try {
    await Promise.all([
      ...repeat(options.workers, () => fleet.start('worker')),
      ...repeat(options.apis, () => fleet.start('api')),
    ]);
    await traffic.configure({ stabilityMs: 0 });
    tell(
      `seed ${seed}: ${options.deployments} deployments over ${options.targets} targets, ${options.workers} workers, ${options.apis} APIs`,
    );
    const asking = askSpread(options, traffic.deploy);
    const inflicted = await inflictAll(options, victims);
    const unanswered = await settled(asking, options.settleMs);
    await untilAllEnded(redis.client, options.settleMs);
    traffic.stop();
    const evidence = await collect(redis.client, NAMESPACE, cloud, traffic.seen.accepted);
    const findings = [...audit(evidence), ...(unanswered ? ['requests were never answered'] : [])];
    return { findings, figures: figuresOf(evidence, inflicted), seen: traffic.seen, evidence };
  } finally {
    traffic.stop();
    await fleet.close();
    await cloud.close();
    await wire.close();
    await redis.close();
  }
}

/** Spreads the requests evenly over the run and leaves the last tenth of it to the end. */
async function askSpread(
  { deployments, durationMs }: ChaosOptions,
  deploy: (number: number) => Promise<unknown>,
): Promise<void> {
  const started = performance.now();
  const asked: Promise<unknown>[] = [];
  for (let number = 0; number < deployments; number += 1) {
    const due = ((durationMs * 0.9) / deployments) * number;
    await sleep(Math.max(0, started + due - performance.now()));
    asked.push(deploy(number));
  }
  await Promise.all(asked);
}

async function inflictAll(options: ChaosOptions, victims: Victims): Promise<readonly Inflicted[]> {
  const started = performance.now();
  const under: Promise<Inflicted | undefined>[] = [];
  for (const fault of faultSchedule(options)) {
    await sleep(Math.max(0, started + fault.atMs - performance.now()));
    options.tell(`${(fault.atMs / 1_000).toFixed(1)} s ${fault.kind} ${fault.forMs} ms`);
    under.push(inflict(fault, victims));
  }
  await sleep(Math.max(0, started + options.durationMs - performance.now()));
  const inflicted = await Promise.all(under);
  return inflicted.filter((each) => each !== undefined);
}

/** Whether it is still not done after so long. */
async function settled(work: Promise<void>, withinMs: number): Promise<boolean> {
  return Promise.race([work.then(() => false), sleep(withinMs, true, { ref: false })]);
}

async function untilAllEnded(
  redis: { zcard(key: string): Promise<number> },
  withinMs: number,
): Promise<void> {
  const until = performance.now() + withinMs;
  while (performance.now() < until && (await redis.zcard(`${keysOf(NAMESPACE).root}:live`)) > 0)
    await sleep(200);
}

function repeat<T>(times: number, make: () => T): T[] {
  return Array.from({ length: times }, make);
}
