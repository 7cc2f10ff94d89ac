import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Sender } from '../../shared/contract/hook.js';

/** Headers of a delivery, by lower-case name. */
export type HeaderOf = (name: string) => string | undefined;

/** A delivery that is what its sender sent, with the id that the sender gave it; or why it is not. */
export type Proof =
  | { readonly said: 'proven'; readonly delivery?: string; readonly event?: string }
  | { readonly said: 'refused'; readonly reason: string };

/** How old, or how far ahead, a signed time may be, as the Standard Webhooks specification has it. */
const MOST_SKEW_MS = 5 * 60_000;

/** Proves that the sender knew the secret and that nobody has changed the body. All comparisons take constant time. */
export function proveDelivery(
  sender: Sender,
  secret: string,
  header: HeaderOf,
  body: Uint8Array,
  now: number,
): Proof {
  switch (sender) {
    case 'github':
      // https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
      return signed(header('x-hub-signature-256'), secret, body, {
        delivery: header('x-github-delivery'),
        event: header('x-github-event'),
      });
    case 'bitbucket':
      // https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/ ; Data Center signs alike
      return signed(header('x-hub-signature'), secret, body, {
        delivery: header('x-request-uuid') ?? header('x-request-id'),
        event: header('x-event-key'),
      });
    case 'gitea':
      // https://docs.gitea.com/usage/webhooks ; Gogs and Forgejo send the same under their own names
      return signed(
        prefixed(header('x-forgejo-signature') ?? header('x-gitea-signature') ?? header('x-gogs-signature')),
        secret,
        body,
        {
          delivery: header('x-forgejo-delivery') ?? header('x-gitea-delivery') ?? header('x-gogs-delivery'),
          event: header('x-forgejo-event') ?? header('x-gitea-event') ?? header('x-gogs-event'),
        },
      );
    case 'gitlab':
      // https://docs.gitlab.com/user/project/integrations/webhooks/ : a signing token, or the secret itself
      if (header('webhook-signature') !== undefined)
        return withEvent(standard(secret, header, body, now), header('x-gitlab-event'));
      return header('x-gitlab-token') !== undefined && isSame(header('x-gitlab-token') ?? '', secret)
        ? proven({
            delivery: header('idempotency-key') ?? header('x-gitlab-event-uuid'),
            event: header('x-gitlab-event'),
          })
        : refused('X-Gitlab-Token is missing or is not the secret of the hook');
    case 'standard':
    case 'cdevents':
      return standard(secret, header, body, now);
  }
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function standard(secret: string, header: HeaderOf, body: Uint8Array, now: number): Proof {
  const [id, sent, signatures] = [
    header('webhook-id'),
    header('webhook-timestamp'),
    header('webhook-signature'),
  ];
  if (!id || !sent || !signatures)
    return refused('webhook-id, webhook-timestamp and webhook-signature must all be sent');
  const at = Number(sent) * 1_000;
  if (!Number.isFinite(at) || Math.abs(now - at) > MOST_SKEW_MS)
    return refused(`webhook-timestamp ${sent} is more than five minutes from now`);
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  const expected = createHmac('sha256', key).update(`${id}.${sent}.`).update(body).digest('base64');
  const given = signatures.split(' ').slice(0, 10);
  return given.some((each) => isSame(each, `v1,${expected}`))
    ? proven({ delivery: id, event: header('ce-type') ?? header('webhook-event') })
    : refused('webhook-signature does not fit the body');
}

function signed(
  signature: string | undefined,
  secret: string,
  body: Uint8Array,
  about: { delivery: string | undefined; event: string | undefined },
): Proof {
  if (signature === undefined) return refused('The delivery is not signed; set the secret at the sender too');
  const expected = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  return isSame(signature, expected) ? proven(about) : refused('The signature does not fit the body');
}

function withEvent(proof: Proof, event: string | undefined): Proof {
  return proof.said === 'proven' && event !== undefined ? { ...proof, event: event.slice(0, 200) } : proof;
}

function prefixed(digest: string | undefined): string | undefined {
  return digest === undefined ? undefined : `sha256=${digest}`;
}

function proven({ delivery, event }: { delivery: string | undefined; event: string | undefined }): Proof {
  return {
    said: 'proven',
    ...(delivery !== undefined && { delivery: delivery.slice(0, 200) }),
    ...(event !== undefined && { event: event.slice(0, 200) }),
  };
}

function refused(reason: string): Proof {
  return { said: 'refused', reason };
}

/** Compares hashes, so that neither content nor length shows in the time. */
function isSame(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}
