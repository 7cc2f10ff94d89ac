/** The parts of an image reference, as https://github.com/distribution/reference defines them. */
export interface ImageReference {
  /** Host of the registry, with its port: `nginx` is at `docker.io`. */
  readonly registry: string;
  /** What the registry calls it: `nginx` is `library/nginx`. */
  readonly name: string;
  /** Registry and name: `nginx` is `docker.io/library/nginx`. */
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:…`; what the reference pins. */
  readonly digest?: string;
}

/** What images were found to be, `sha256:…`, by their references as they are written. */
export type Digests = Readonly<Record<string, string>>;

const DOCKER_HUB = 'docker.io';

/** Parses a reference. A colon before the last slash belongs to the port of the registry, not to a tag. */
export function parseImage(reference: string): ImageReference {
  const [named, digest] = split(reference, reference.indexOf('@'));
  const colon = named.lastIndexOf(':');
  const [written, tag] = split(named, colon > named.lastIndexOf('/') ? colon : -1);
  const { registry, name } = placeOf(written);
  return {
    registry,
    name,
    repository: `${registry}/${name}`,
    ...(tag && { tag }),
    ...(digest && { digest }),
  };
}

/** Whether the same reference can name another image tomorrow. */
export function isMovable(reference: string): boolean {
  const { tag, digest } = parseImage(reference);
  return digest === undefined && (tag === undefined || tag === 'latest');
}

/**
 * The reference with its digest, which is what counts from then on; the tag stays for people to read.
 * https://kubernetes.io/docs/concepts/containers/images/#image-names
 */
export function withDigest(reference: string, digest: string): string {
  return `${reference.split('@')[0] ?? ''}@${digest}`;
}

/** The image references of an artifact of any type. */
export function imagesOf({ image, images = [] }: Imaged): readonly string[] {
  return image === undefined ? images : [image];
}

interface Imaged {
  readonly type: string;
  readonly image?: string;
  readonly images?: readonly string[];
}

function split(text: string, at: number): [string, string?] {
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function placeOf(written: string): { registry: string; name: string } {
  const [first, rest] = split(written, written.indexOf('/'));
  const isHost = rest !== undefined && (/[.:]/.test(first) || first === 'localhost');
  const registry = !isHost || first === 'index.docker.io' ? DOCKER_HUB : first;
  const name = isHost ? rest : written;
  return { registry, name: registry === DOCKER_HUB && !name.includes('/') ? `library/${name}` : name };
}
