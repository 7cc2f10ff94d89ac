import { createHash } from 'node:crypto';
import { found, later, never, type Reading } from '../secrets/reading.js';
import { logIn, type RegistryPlace, type RegistryUser } from './log-in.js';
import { retryAfterMs } from './retry-after.js';
import type { CredentialAnswer, CredentialHttp } from '../secrets/credential-http.js';

/** What is understood: an image, or an index of images for several platforms, by OCI or by Docker. */
const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** What a registry calls a repository: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests */
const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;

/** An image registry that the operator named. */
export interface Registry {
  /**
   * The digest of the manifest that `reference`, a tag or a digest, names now. `wait` when the registry cannot answer now;
   * `failed` with `image.not-found` when it says that there is none.
   */
  look(
    name: string,
    reference: string,
    user: RegistryUser | undefined,
    signal: AbortSignal,
  ): Promise<Reading<string>>;
}

interface RegistryDeps extends RegistryPlace {
  readonly http: CredentialHttp;
  /** Host and port that is called. */
  readonly address: string;
}

export function createRegistry(deps: RegistryDeps): Registry {
  const { http, address, host, plainHttp } = deps;
  return {
    async look(name, reference, user, signal) {
      const image = `${host}/${name}${DIGEST.test(reference) ? '@' : ':'}${reference}`;
      if (!NAME.test(name) || !(TAG.test(reference) || DIGEST.test(reference)))
        return never('image.reference-invalid', `${image} is no image reference`);
      const url = new URL(
        `/v2/${name}/manifests/${reference}`,
        `${plainHttp ? 'http' : 'https'}://${address}`,
      );
      let authorization: string | undefined;

      const send = (method: 'HEAD' | 'GET') =>
        http.call(
          { method, url, headers: { accept: MANIFESTS, ...(authorization && { authorization }) } },
          signal,
        );

      /** Sends it again with what the registry asks for; a 401 that is left is a no. */
      async function ask(method: 'HEAD' | 'GET'): Promise<Reading<CredentialAnswer>> {
        const answer = await send(method);
        if (answer.said === 'silent' || answer.status !== 401 || authorization !== undefined)
          return found(answer);
        const proof = await logIn(
          { http, place: deps, user, name },
          answer.header('www-authenticate') ?? '',
          signal,
        );
        if (proof.said !== 'found') return proof;
        authorization = proof.value;
        return found(await send(method));
      }

      const asked = await ask('HEAD');
      if (asked.said !== 'found') return asked;
      const [head, seen] = [asked.value, digestIn(asked.value)];
      const isBlank =
        head.said === 'answered' && (head.status === 405 || (head.status === 200 && seen === undefined));
      if (!isBlank) return judge(head, seen, { image, host, reference });
      const fetched = await ask('GET');
      return fetched.said === 'found'
        ? judge(fetched.value, digestOf(fetched.value), { image, host, reference })
        : fetched;
    },
  };
}

interface Asked {
  /** For messages. */
  readonly image: string;
  readonly host: string;
  readonly reference: string;
}

function judge(
  answer: CredentialAnswer,
  digest: string | undefined,
  { image, host, reference }: Asked,
): Reading<string> {
  if (answer.said === 'silent') return later(`${host} was asked for ${image}: ${answer.because}`);
  const { status } = answer;
  if (status === 200) return judgeDigest(answer, digest, { image, host, reference });
  if (status === 404) return never('image.not-found', `${host} has no ${image}`);
  if (status === 401 || status === 403)
    return never('image.denied', `${host} answers ${status} to the question for ${image}`);
  if (status === 429 || status >= 500)
    return later(`${host} answers ${status} to the question for ${image}`, retryAfterMs(answer));
  return never(
    'image.answer-invalid',
    `${host} answers ${status} to the question for ${image}${elsewhere(answer)}`,
  );
}

function judgeDigest(
  { header }: CredentialAnswer & { said: 'answered' },
  digest: string | undefined,
  { image, host, reference }: Asked,
): Reading<string> {
  const said = header('docker-content-digest');
  if (digest === undefined || !DIGEST.test(digest))
    return never(
      'image.answer-invalid',
      `${host} says that ${image} is "${shown(said ?? '')}", which is no digest`,
    );
  if (said !== undefined && said !== digest)
    return never('image.answer-invalid', `${host} says that ${image} is ${shown(said)}, and sends ${digest}`);
  if (DIGEST.test(reference) && digest !== reference)
    return never('image.answer-invalid', `${host} was asked for ${image} and answers for ${digest}`);
  return found(digest);
}

function digestIn(answer: CredentialAnswer): string | undefined {
  return answer.said === 'answered' ? answer.header('docker-content-digest') : undefined;
}

/** What was sent is what counts, whatever the header says of it. */
function digestOf(answer: CredentialAnswer): string | undefined {
  if (answer.said === 'silent') return undefined;
  return `sha256:${createHash('sha256').update(answer.body).digest('hex')}`;
}

/** No redirect is followed: a registry that lives elsewhere is configured there. */
function elsewhere({ status, header }: CredentialAnswer & { said: 'answered' }): string {
  const to = header('location') ?? '';
  if (status < 300 || status >= 400 || !URL.canParse(to)) return '';
  return ` and points to ${shown(new URL(to).host)}; redirects are not followed`;
}

function shown(text: string): string {
  return text.slice(0, 100);
}
