import { keepLooking } from '../shared/keep-looking.js';
import type { Logger } from '../shared/log/logger.js';
import type { Configuration } from '../shared/store/configuration.js';
import type { Drifts } from '../shared/store/drifts.js';
import { findDrift, type FindDriftDeps } from './find-drift.js';

/** Between two looks at whose turn it is, in milliseconds. */
const PAUSE_MS = 30_000;
/** Longest time for one target with its secrets, in milliseconds. */
const WITHIN_MS = 150_000;
const AT_ONCE = 20;

export interface DriftWatcherDeps extends FindDriftDeps {
  readonly drifts: Pick<Drifts, 'keep' | 'holder' | 'due'>;
  readonly configuration: Pick<Configuration, 'refresh'>;
  readonly logger: Logger;
  /** Milliseconds from one look at a target to the next. */
  readonly periodMs: number;
  /** Factor on the pause between two looks. */
  readonly tempo: number;
}

/** Looks at every target once in a period, each of them by one worker and one after the other, so that it costs little. */
export function startDriftWatcher(deps: DriftWatcherDeps): { close(): Promise<void> } {
  const { configuration, drifts, logger, periodMs, tempo, redact } = deps;
  const warn = (error: unknown) =>
    logger.warn('drift could not be looked for', { error: redact(String(error)) });

  async function lookAtAll(closing: AbortSignal): Promise<void> {
    const names = [...(await configuration.refresh()).targets.keys()];
    for (let due = names; due.length > 0 && !closing.aborted;) {
      due = await drifts.due(names, periodMs, AT_ONCE);
      for (const name of due) if (!closing.aborted) await lookAt(name, closing);
    }
  }

  async function lookAt(name: string, closing: AbortSignal): Promise<void> {
    const [service = '', environment = ''] = name.split('/');
    const signal = AbortSignal.any([closing, AbortSignal.timeout(WITHIN_MS)]);
    try {
      await findDrift(deps, { service, environment }, signal);
    } catch (error) {
      if (!closing.aborted) warn(error);
    }
  }

  return keepLooking({ look: lookAtAll, pauseMs: () => PAUSE_MS * tempo, onError: warn });
}
