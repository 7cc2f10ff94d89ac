import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { proveDelivery } from '../../../../src/api/hooks/signature.js';
import type { Sender } from '../../../../src/shared/contract/hook.js';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

function prove(sender: Sender, headers: Record<string, string>, body: string, secret = SECRET, now = NOW) {
  return proveDelivery(sender, secret, (name) => headers[name], Buffer.from(body), now).said;
}

const hex = (body: string, secret = SECRET) => createHmac('sha256', secret).update(body).digest('hex');

describe('a delivery from GitHub', () => {
  // https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
  const secret = "It's a Secret to Everybody";
  const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';

  it('is proven by the documented example', () => {
    expect(prove('github', { 'x-hub-signature-256': signature }, 'Hello, World!', secret)).toBe('proven');
  });

  it('is refused when it is altered, unsigned, or signed with SHA-1 alone', () => {
    expect(prove('github', { 'x-hub-signature-256': signature }, 'Hello, World?', secret)).toBe('refused');
    expect(prove('github', {}, 'Hello, World!', secret)).toBe('refused');
    expect(
      prove(
        'github',
        { 'x-hub-signature': 'sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59' },
        'Hello, World!',
        secret,
      ),
    ).toBe('refused');
  });
});

describe('a delivery by Standard Webhooks', () => {
  const webhook = new Webhook(SECRET);
  const at = new Date(NOW);
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(NOW / 1_000),
    'webhook-signature': webhook.sign('msg_1', at, '{"a":1}'),
  };

  it('is proven as the reference library signs it, also among several signatures', () => {
    expect(prove('standard', headers, '{"a":1}')).toBe('proven');
    const rotated = { ...headers, 'webhook-signature': `v1,bm9uZQ== ${headers['webhook-signature']}` };
    expect(prove('standard', rotated, '{"a":1}')).toBe('proven');
    expect(prove('gitlab', { ...headers, 'x-gitlab-event': 'Push Hook' }, '{"a":1}')).toBe('proven');
  });

  it.each([
    ['another body', headers, '{"a":2}', NOW],
    ['another id', { ...headers, 'webhook-id': 'msg_2' }, '{"a":1}', NOW],
    ['six minutes later', headers, '{"a":1}', NOW + 360_000],
    ['six minutes before', headers, '{"a":1}', NOW - 360_000],
    ['a time that is none', { ...headers, 'webhook-timestamp': 'soon' }, '{"a":1}', NOW],
    ['no signature', { 'webhook-id': 'msg_1', 'webhook-timestamp': String(NOW / 1_000) }, '{"a":1}', NOW],
  ])('is refused with %s', (_, sent, body, now) => {
    expect(prove('standard', sent, body, SECRET, now)).toBe('refused');
  });
});

describe('other senders', () => {
  it('sign alike under their own names', () => {
    expect(prove('bitbucket', { 'x-hub-signature': `sha256=${hex('{}')}` }, '{}')).toBe('proven');
    for (const name of ['x-forgejo-signature', 'x-gitea-signature', 'x-gogs-signature'])
      expect(prove('gitea', { [name]: hex('{}') }, '{}')).toBe('proven');
    expect(prove('gitea', { 'x-gitea-signature': hex('{}', 'another') }, '{}')).toBe('refused');
  });

  it('of GitLab may send the secret itself', () => {
    expect(prove('gitlab', { 'x-gitlab-token': SECRET }, '{}')).toBe('proven');
    expect(prove('gitlab', { 'x-gitlab-token': `${SECRET}x` }, '{}')).toBe('refused');
    expect(prove('gitlab', {}, '{}')).toBe('refused');
  });
});
