import type { Deployment } from '../shared/domain/deployment.js';
import type { Bell } from '../shared/store/bell.js';
import type { Deployments } from '../shared/store/deployments.js';

/** Rings may get lost, so a waiting caller looks by itself every so many milliseconds. */
const LOOK_MS = 2_000;

interface WatchDeps {
  readonly deployments: Pick<Deployments, 'load'>;
  readonly bell: Pick<Bell, 'on'>;
}

/**
 * The deployment as soon as `enough` says so, or as it is after `ms` milliseconds or when the signal aborts;
 * undefined when there is none.
 */
export async function watchDeployment(
  { deployments, bell }: WatchDeps,
  id: string,
  enough: (deployment: Deployment) => boolean,
  ms: number,
  signal: () => AbortSignal,
): Promise<Deployment | undefined> {
  const first = await deployments.load(id);
  if (ms <= 0 || !first || enough(first)) return first;
  const until = performance.now() + ms;
  const gone = signal();
  let wake: (() => void) | undefined;
  let rang = false;
  const ring = () => {
    rang = true;
    wake?.();
  };
  // Listening starts before the next look, so that nothing falls between the look and the wait.
  const off = bell.on(id, ring);
  gone.addEventListener('abort', ring);
  try {
    for (;;) {
      rang = false;
      const found = await deployments.load(id);
      const left = until - performance.now();
      if (!found || enough(found) || left <= 0 || gone.aborted) return found;
      if (rang) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, LOOK_MS));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    off();
    gone.removeEventListener('abort', ring);
  }
}
