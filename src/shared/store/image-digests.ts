import type { Redis } from 'ioredis';
import type { Digests } from '../domain/image-reference.js';
import { keysOf } from './keys.js';

/** A version of a service. */
export interface VersionName {
  readonly service: string;
  readonly version: string;
}

/** What the images of versions were found to be. An entry never changes, so that every deployment of a version runs the same. */
export function createImageDigests(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  return {
    /** Answers the digest that holds from now on: of two who come at once, the one who came first. */
    async keep({ service, version }: VersionName, image: string, digest: string): Promise<string> {
      const [key, field] = [keys.imageDigests(service), fieldOf(version, image)];
      await redis.hsetnx(key, field, digest);
      return (await redis.hget(key, field)) ?? digest;
    },

    /** What is kept of each of these images; those of which nothing is are missing. */
    async of({ service, version }: VersionName, images: readonly string[]): Promise<Digests> {
      if (images.length === 0) return {};
      const fields = images.map((image) => fieldOf(version, image));
      const found = await redis.hmget(keys.imageDigests(service), ...fields);
      return Object.fromEntries(
        images.flatMap((image, at) => {
          const digest = found[at];
          return digest ? [[image, digest] as const] : [];
        }),
      );
    },
  };
}

export type ImageDigests = ReturnType<typeof createImageDigests>;

/** Neither has a space in it. */
function fieldOf(version: string, image: string): string {
  return `${version} ${image}`;
}
