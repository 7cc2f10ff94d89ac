import type { Artifact } from '../../shared/contract/artifact.js';
import {
  parseImage,
  withDigest,
  type Digests,
  type ImageReference,
} from '../../shared/domain/image-reference.js';
import type { Entry } from '../../shared/store/entries.js';
import type { ImageDigests } from '../../shared/store/image-digests.js';
import type { DeploymentSecrets } from '../secrets/deployment-secrets.js';
import { found, never, type Reading } from '../secrets/reading.js';
import type { KnownRegistry, Registries } from './registries.js';

/** What names the image when the reference has neither tag nor digest. */
const DEFAULT_TAG = 'latest';

/** The images of a version that is about to be deployed. */
export interface ImagesWish {
  readonly service: string;
  readonly version: string;
  readonly images: readonly string[];
  /** `digest`: an image of which nobody knows the digest stops the deployment. */
  readonly allowed: 'any' | 'digest';
  /**
   * `keep` decides for all deployments of the version; `look` leaves nothing behind. `none`: what nobody knows stays so, as
   * what a tag names now is not what ran.
   */
  readonly findings: 'keep' | 'look' | 'none';
}

/** Which digest each image is to run with, and what people should know of it. */
export interface Pinned {
  readonly digests: Digests;
  readonly events: readonly ImageEvent[];
}

/** An event of the catalogue, for the journal of the deployment. */
type ImageEvent = Extract<Entry, { readonly code: string }>;

/** Finds out what the tags of a version mean, once for all of its deployments. */
export interface ImagePins {
  /** `wait` and `failed` before the first write alone: nothing was kept of the image in question then. */
  pin(
    wish: ImagesWish,
    secrets: Pick<DeploymentSecrets, 'read'>,
    signal: AbortSignal,
  ): Promise<Reading<Pinned>>;
}

export function createImagePins(
  registries: Registries,
  digests: Pick<ImageDigests, 'keep' | 'of'>,
): ImagePins {
  return {
    async pin(wish, secrets, signal) {
      const { images, allowed } = wish;
      const kept = await digests.of(wish, images);
      const readings = await Promise.all(
        images.map((image) => pinOne(image, kept[image], { registries, digests, wish, secrets, signal })),
      );
      const pins: Pin[] = [];
      const obstacles: Exclude<Reading<Pin>, { said: 'found' }>[] = [];
      for (const reading of readings) {
        if (reading.said === 'found') pins.push(reading.value);
        else obstacles.push(reading);
      }
      // What only people can mend comes before what may come right by itself.
      const obstacle = obstacles.find(({ said }) => said === 'failed') ?? obstacles[0];
      if (obstacle) return obstacle;
      const open = pins.filter(({ image, digest }) => digest === undefined && !image.includes('@'));
      if (allowed === 'digest' && open.length > 0) return unpinned(open);
      const known = pins.flatMap(({ image, digest }) =>
        digest === undefined ? [] : [[image, digest] as const],
      );
      return found({
        digests: Object.fromEntries(known),
        events: pins.flatMap(({ events }) => events),
      });
    },
  };
}

/** The artifact with every image that has a known digest pinned to it. */
export function pinnedArtifact(artifact: Artifact, digests: Digests): Artifact {
  const pinned = (image: string) => {
    const digest = digests[image];
    return digest === undefined ? image : withDigest(image, digest);
  };
  switch (artifact.type) {
    case 'image':
      return { ...artifact, image: pinned(artifact.image) };
    case 'images':
      return { ...artifact, images: artifact.images.map(pinned) };
    case 'manifests':
      return { ...artifact, ...(artifact.images && { images: artifact.images.map(pinned) }) };
    case 's3':
    case 'bundle':
      return artifact;
  }
}

interface Pin {
  readonly image: string;
  /** Absent for an image that is pinned as it is written, and for one of which nobody knows. */
  readonly digest?: string;
  readonly events: readonly ImageEvent[];
}

interface Around {
  readonly registries: Registries;
  readonly digests: Pick<ImageDigests, 'keep'>;
  readonly wish: ImagesWish;
  readonly secrets: Pick<DeploymentSecrets, 'read'>;
  readonly signal: AbortSignal;
}

async function pinOne(image: string, kept: string | undefined, around: Around): Promise<Reading<Pin>> {
  const parsed = parseImage(image);
  const known = around.registries.find(parsed.registry);
  const digest = parsed.digest ?? kept;
  if (!known) {
    if (around.registries.isEmpty || digest !== undefined) return found(asGiven(image, kept));
    return found(unknown(image, `${parsed.registry} is not configured`));
  }
  const look = lookIn(known, parsed, around);
  if (digest !== undefined) return confirm({ image, kept, digest, tag: parsed.tag ?? DEFAULT_TAG, look });
  const { wish, digests } = around;
  if (wish.findings === 'none') return found(unknown(image, 'it ran like that before'));
  const looked = await look(parsed.tag ?? DEFAULT_TAG);
  if (looked.said !== 'found') return looked;
  const decided = wish.findings === 'keep' ? await digests.keep(wish, image, looked.value) : looked.value;
  return found(pinned(image, decided));
}

type Look = (reference: string) => Promise<Reading<string>>;

function lookIn(
  { registry, user }: KnownRegistry,
  { name }: ImageReference,
  { secrets, signal }: Around,
): Look {
  return (reference) => registry.look(name, reference, user(secrets), signal);
}

interface Decided {
  readonly image: string;
  readonly kept: string | undefined;
  readonly digest: string;
  readonly tag: string;
  readonly look: Look;
}

/**
 * What was decided before holds. Only that its bytes are gone stops the deployment: a registry that cannot be asked must
 * not keep anybody from going back to what nodes may still have.
 */
async function confirm({ image, kept, digest, tag, look }: Decided): Promise<Reading<Pin>> {
  const now = kept === undefined ? undefined : await look(tag);
  if (now?.said === 'found' && now.value === digest) return found(pinned(image, digest));
  const moved: readonly ImageEvent[] =
    now?.said === 'found' ? [{ code: 'image.moved', data: { image, now: now.value, digest } }] : [];
  const there = await look(digest);
  if (there.said === 'failed' && there.failure.code === 'image.not-found') return there;
  const because =
    there.said === 'wait' ? there.because : there.said === 'failed' ? there.failure.detail : undefined;
  const unchecked: readonly ImageEvent[] =
    because === undefined ? [] : [{ code: 'image.unchecked', data: { image, because } }];
  const pin = asGiven(image, kept);
  return found({ ...pin, events: [...pin.events, ...moved, ...unchecked] });
}

/** As it is written, or with what was found out about it before. */
function asGiven(image: string, kept: string | undefined): Pin {
  return kept === undefined ? { image, events: [] } : pinned(image, kept);
}

function unknown(image: string, because: string): Pin {
  return { image, events: [{ code: 'image.unpinned', data: { image, because } }] };
}

function pinned(image: string, digest: string): Pin {
  return { image, digest, events: [{ code: 'image.pinned', data: { image, digest } }] };
}

function unpinned(open: readonly Pin[]): Reading<never> {
  const names = open.map(({ image }) => image).join(', ');
  return never('image.unpinned', `Nobody knows the digest of ${names}`);
}
