/** The parts of an image reference, as https://github.com/distribution/reference defines them. */
export interface ImageReference {
  /** With registry and path, normalised: `nginx` is `docker.io/library/nginx`. */
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:…`; what the reference pins. */
  readonly digest?: string;
}

/** Parses a reference. A colon before the last slash belongs to the port of the registry, not to a tag. */
export function parseImage(reference: string): ImageReference {
  const [named, digest] = split(reference, reference.indexOf('@'));
  const colon = named.lastIndexOf(':');
  const [name, tag] = split(named, colon > named.lastIndexOf('/') ? colon : -1);
  return { repository: normalised(name), ...(tag && { tag }), ...(digest && { digest }) };
}

/** Whether the same reference can name another image tomorrow. */
export function isMovable(reference: string): boolean {
  const { tag, digest } = parseImage(reference);
  return digest === undefined && (tag === undefined || tag === 'latest');
}

function split(text: string, at: number): [string, string?] {
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function normalised(name: string): string {
  const [first = '', ...rest] = name.split('/');
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  if (isRegistry) return first === 'index.docker.io' ? ['docker.io', ...rest].join('/') : name;
  return rest.length === 0 ? `docker.io/library/${name}` : `docker.io/${name}`;
}
