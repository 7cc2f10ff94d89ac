import type { Deployment } from '../shared/domain/deployment.js';
import type { Bell } from '../shared/store/bell.js';
import type { Deployments } from '../shared/store/deployments.js';

/** Changes that come within this time are looked up together; a deployment that changed twice is told of once. */
const GATHER_MS = 50;

/** A deployment as it is now. */
export interface Change {
  readonly deployment: Deployment;
}

/** Somebody who watches all deployments. */
export interface Watcher {
  /** The same array goes to every watcher, so that its encoding can be shared. */
  changed(changes: readonly Change[]): void;
  /** Changes may have been missed: what is shown has to be read again. */
  missed(): void;
}

interface ChangesDeps {
  readonly deployments: Pick<Deployments, 'load'>;
  readonly bell: Pick<Bell, 'onEvery'>;
  onError(error: unknown): void;
}

/** Tells any number of watchers of every deployment that changes, with one look into the store for all of them. */
export function createLiveChanges({ deployments, bell, onError }: ChangesDeps) {
  const watchers = new Set<Watcher>();
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let off: (() => void) | undefined;

  function hear(id: string | undefined): void {
    if (id === undefined) {
      for (const watcher of watchers) watcher.missed();
      return;
    }
    waiting.add(id);
    timer ??= setTimeout(() => {
      timer = undefined;
      tell().catch((error: unknown) => {
        onError(error);
        for (const watcher of watchers) watcher.missed();
      });
    }, GATHER_MS);
  }

  async function tell(): Promise<void> {
    const ids = [...waiting];
    waiting.clear();
    const changes = (await Promise.all(ids.map(look))).filter((each) => each !== undefined);
    if (changes.length > 0) for (const watcher of watchers) watcher.changed(changes);
  }

  async function look(id: string): Promise<Change | undefined> {
    const deployment = await deployments.load(id);
    return deployment && { deployment };
  }

  return {
    /** Answers how to stop. */
    watch(watcher: Watcher): () => void {
      watchers.add(watcher);
      off ??= bell.onEvery(hear);
      return () => {
        watchers.delete(watcher);
        if (watchers.size > 0) return;
        clearTimeout(timer);
        timer = undefined;
        off?.();
        off = undefined;
      };
    },
  };
}

/** Tells of every deployment that changes; see `createLiveChanges`. */
export type LiveChanges = ReturnType<typeof createLiveChanges>;
