import { setTimeout as sleep } from 'node:timers/promises';
import { keysOf } from '../../src/shared/store/keys.js';
import { audit, type Evidence } from '../support/auditor.js';
import { faultSchedule, type FaultKind } from '../support/fault-schedule.js';
import { figuresOf, type Figures } from './figures.js';
import { startInstallation, type Installation } from './installation.js';
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

/** Long enough that faults meet deployments at work; in milliseconds. */
const UPDATE_MS = 2_500;
const STABILITY_MS = 1_000;

/** Starts an installation and a cloud, drives deployments through faults, waits for the end and has it audited. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, leaseMs, workers, apis, targets, settleMs, tell } = options;
  const beanpod = await startInstallation({ leaseMs, seed, updateMs: UPDATE_MS });
  const { fleet, cloud } = beanpod;
  const traffic = createTraffic({ fleet, cloudUrl: cloud.url, seed, targets });
  try {
    await Promise.all([
      ...repeat(workers, () => fleet.start('worker')),
      ...repeat(apis, () => fleet.start('api')),
    ]);
    await traffic.configure({ stabilityMs: STABILITY_MS });
    tell(
      `seed ${seed}: ${options.deployments} deployments over ${targets} targets, ${workers} workers, ${apis} APIs`,
    );
    const asking = askSpread(options, traffic.deploy);
    const inflicted = await inflictAll(options, beanpod);
    const isUnanswered = await outlives(asking, settleMs);
    await untilAllEnded(beanpod, settleMs);
    traffic.stop();
    const evidence = await beanpod.collect(traffic.seen.accepted);
    const findings = [...audit(evidence), ...(isUnanswered ? ['requests were never answered'] : [])];
    return { findings, figures: figuresOf(evidence, inflicted), seen: traffic.seen, evidence };
  } finally {
    traffic.stop();
    await beanpod.close();
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
  let redisTurn: Promise<unknown> = Promise.resolve();
  for (const fault of faultSchedule(options)) {
    await sleep(Math.max(0, started + fault.atMs - performance.now()));
    options.tell(`${(fault.atMs / 1_000).toFixed(1)} s ${fault.kind} ${fault.forMs} ms`);
    // Two troubles of Redis at once would end each other early.
    const turn = fault.kind.startsWith('redis') ? redisTurn : Promise.resolve();
    const inflicting = turn.then(() => inflict(fault, victims));
    if (fault.kind.startsWith('redis')) redisTurn = inflicting;
    under.push(inflicting);
  }
  await sleep(Math.max(0, started + options.durationMs - performance.now()));
  const inflicted = await Promise.all(under);
  return inflicted.filter((each) => each !== undefined);
}

/** Whether it is still not done after so long. */
async function outlives(work: Promise<void>, withinMs: number): Promise<boolean> {
  return Promise.race([work.then(() => false), sleep(withinMs, true, { ref: false })]);
}

async function untilAllEnded({ redis, namespace }: Installation, withinMs: number): Promise<void> {
  const until = performance.now() + withinMs;
  const live = `${keysOf(namespace).root}:live`;
  while (performance.now() < until && (await redis.client.zcard(live)) > 0) await sleep(200);
}

function repeat<T>(times: number, make: () => T): T[] {
  return Array.from({ length: times }, make);
}
