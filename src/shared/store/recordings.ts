import type { Redis } from 'ioredis';
import type { RecordingView } from '../contract/live-exec.js';
import { targetName } from '../domain/ids.js';
import { keysOf } from './keys.js';

/** Recordings of one target that are kept; the oldest go first. */
const MOST_KEPT = 500;

interface Place {
  readonly service: string;
  readonly environment: string;
}

/** Which shells were recorded; what they showed is in the blob store. */
export function createRecordings(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  const keyOf = ({ service, environment }: Place) => keys.recordings(targetName(service, environment));

  async function list(place: Place): Promise<readonly RecordingView[]> {
    const stored = await redis.hvals(keyOf(place));
    return stored
      .map((text) => JSON.parse(text) as RecordingView)
      .sort((one, other) => (one.id < other.id ? 1 : -1));
  }

  return {
    /** Newest first. */
    list,

    async find(place: Place, id: string): Promise<RecordingView | undefined> {
      const stored = await redis.hget(keyOf(place), id);
      return stored === null ? undefined : (JSON.parse(stored) as RecordingView);
    },

    /** Adds one, or writes down how it ended. */
    async keep(place: Place, recording: RecordingView): Promise<void> {
      await redis.hset(keyOf(place), recording.id, JSON.stringify(recording));
    },

    /** Forgets the oldest beyond the limit; answers their ids. */
    async forgetOldest(place: Place): Promise<readonly string[]> {
      const ids = (await list(place)).slice(MOST_KEPT).map(({ id }) => id);
      if (ids.length > 0) await redis.hdel(keyOf(place), ...ids);
      return ids;
    },
  };
}

export type Recordings = ReturnType<typeof createRecordings>;
