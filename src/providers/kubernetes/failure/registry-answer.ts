/** What a registry's answer means. `unavailable` may pass by itself. */
export type RegistryAnswer = 'not-found' | 'denied' | 'unavailable';

// Rate limits speak of authentication too, so what may pass is looked for first.
const PASSING =
  /toomanyrequests|too many requests|rate limit|time(d )?out|deadline exceeded|i\/o|no such host|connection (refused|reset)|tls|x509|certificate|temporar|unavailable|\beof\b|(status|code)\D{0,20}(429|5\d\d)|\b(50[0-9]|429) [a-z]/i;
// Docker Hub answers "repository does not exist or may require authorization" for a private repository as well.
const DENIED =
  /unauthorized|denied|forbidden|authorization|authentication required|no basic auth|insufficient_scope|\b40[13]\b/i;
const NOT_FOUND =
  /not found|manifest unknown|name unknown|does not exist|no match for platform|no matching manifest|\b404\b/i;

/** Reads what the container runtime says about a failed pull of `image`. */
export function readRegistryAnswer(image: string, text: string): RegistryAnswer {
  const said = withoutNames(image, text);
  if (PASSING.test(said)) return 'unavailable';
  if (DENIED.test(said)) return 'denied';
  return NOT_FOUND.test(said) ? 'not-found' : 'unavailable';
}

/** Names can contain any of the tell-tale words: an image `tls-proxy` that is not found is no trouble with TLS. */
function withoutNames(image: string, text: string): string {
  const path = (image.split('@')[0] ?? '').replace(/:[^/:]*$/, '');
  const name = path.slice(path.lastIndexOf('/') + 1);
  return text
    .split(/\s+/)
    .filter((word) => !word.includes('sha256:') && (name === '' || !word.includes(name)))
    .join(' ');
}
