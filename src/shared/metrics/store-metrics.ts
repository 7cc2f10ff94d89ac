import { Counter, Gauge } from 'prom-client';
import { ENDED_NAMES } from '../domain/state.js';
import type { Exposition } from './exposition.js';
import type { Census } from '../store/census.js';

/** What is asked of the store at a scrape. */
export interface StoreSource {
  census(): Promise<Census>;
  /** Those that are configured, so that each has its zeros before its first deployment ends. */
  environments(): readonly string[];
  /** Every violated invariant of the store; undefined when the store is too big to look through. */
  audit(): Promise<readonly string[] | undefined>;
}

/** How long what a scrape saw counts, in milliseconds; several scrapers cost no more than one. */
const CENSUS_MS = 5_000;
const AUDIT_MS = 60_000;

/**
 * Metrics of the whole installation, read from the store at a scrape. Every API process tells the same numbers, so
 * take their maximum and not their sum. While the store does not answer they are absent and `beanpod_store_up` is 0.
 */
export function registerStoreMetrics(
  registry: Exposition,
  { census, audit, environments }: StoreSource,
): void {
  const seen = remember(census, CENSUS_MS);
  const found = remember(audit, AUDIT_MS);
  const place = ['environment', 'state'] as const;

  registry.registerMetric(
    new Gauge({
      name: 'beanpod_store_up',
      help: 'Whether the store answered this scrape',
      registers: [],
      async collect() {
        this.set(
          await seen().then(
            () => 1,
            () => 0,
          ),
        );
      },
    }),
  );
  registry.registerMetric(
    new Gauge({
      name: 'beanpod_deployments_live',
      help: 'Deployments that have not ended, by environment and state',
      labelNames: place,
      registers: [],
      async collect() {
        this.reset();
        const now = await seen().catch(unanswered);
        for (const { environment, state, count } of now?.live ?? []) this.set({ environment, state }, count);
      },
    }),
  );
  registry.registerMetric(
    new Counter({
      name: 'beanpod_deployments_ended_total',
      help: 'Deployments that have ended since the first one, by environment and final state',
      labelNames: place,
      registers: [],
      async collect() {
        this.reset();
        const now = await seen().catch(unanswered);
        if (!now) return;
        // What appears with 1 is no increase to Prometheus, and the first failed rollback would alert nobody.
        for (const environment of environments())
          for (const state of ENDED_NAMES) this.inc({ environment, state }, 0);
        for (const { environment, state, count } of now.ended) this.inc({ environment, state }, count);
      },
    }),
  );
  single('beanpod_queue_oldest_seconds', 'Age of the deployment that has been queued longest', async () => {
    const now = await seen();
    return now.oldestQueuedMs / 1_000;
  });
  single('beanpod_queue_uncalled', 'Deployments whose turn it is and that no worker has taken', async () => {
    const now = await seen();
    return now.uncalled;
  });
  single('beanpod_store_violations', 'Violated invariants of the store; absent for a big store', async () => {
    const violations = await found();
    return violations?.length;
  });

  /** A number without labels; it is absent while there is none. */
  function single(name: string, help: string, read: () => Promise<number | undefined>): void {
    // prom-client shows 0 for a metric without labels that was never set, and nothing for one with labels.
    registry.registerMetric(
      new Gauge({
        name,
        help,
        labelNames: ['installation'],
        registers: [],
        async collect() {
          this.reset();
          const value = await read().catch(unanswered);
          if (value !== undefined) this.set({}, value);
        },
      }),
    );
  }
}

/** `beanpod_store_up` tells of it. */
function unanswered(error: unknown): undefined {
  void error;
}

/** The last answer while it is younger than `ms`; one that is under way is shared, one that failed is not kept. */
function remember<T>(ask: () => Promise<T>, ms: number): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let askedAt = 0;
  return () => {
    const now = performance.now();
    if (answer && now - askedAt < ms) return answer;
    askedAt = now;
    const asked = ask();
    answer = asked;
    asked.catch(() => {
      if (answer === asked) answer = undefined;
    });
    return asked;
  };
}
