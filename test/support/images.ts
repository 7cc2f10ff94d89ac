import type { Redis } from 'ioredis';
import { createImageDigests } from '../../src/shared/store/image-digests.js';
import { createImagePins, type ImagePins } from '../../src/workers/images/pin-images.js';
import { createRegistries, type Registries } from '../../src/workers/images/registries.js';

/** What a worker finds out about images; it asks nobody unless it is given registries. */
export function testImages(
  redis: Redis,
  namespace: string,
  registries: Registries = createRegistries([]),
): ImagePins {
  return createImagePins(registries, createImageDigests(redis, namespace));
}
