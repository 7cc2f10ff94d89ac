import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useApi } from '../../support/api.js';
import { TEST_KEY } from '../../support/secrets.js';

const api = useApi({ BEANPOD_ENCRYPTION_KEYS: TEST_KEY });
const TOKEN = 'eyJhbGciOiJSUzI1NiJ9-token-of-the-cluster';
const KUBECONFIG = `apiVersion: v1\nclusters: [{name: c}]\nusers: [{name: u, user: {token: ${TOKEN}}}]\n`;
const PATH = '/v1/targets/shop-api/staging';

const withKubeconfig = (kubeconfig: string) => ({
  provider: 'kubernetes',
  spec: { cluster: { type: 'kubeconfig', kubeconfig }, namespace: 'shop' },
});

beforeAll(() => api.start());
afterAll(() => api.stop());
beforeEach(async () => {
  await api.call().delete(PATH);
  await api.configure('shop-api', 'staging', withKubeconfig('env:BEANPOD_SECRET_A'));
});

function stored(): Promise<string | null> {
  return api.redis.client.hget(`{${api.redis.namespace}}:configuration:target`, 'shop-api/staging');
}

describe('a credential in a target', () => {
  test('is stored sealed, and answered with a mark by every call that shows the target', async () => {
    const put = await api.call().put(PATH).send(withKubeconfig(KUBECONFIG));
    const [got, listed] = [await api.call().get(PATH), await api.call().get('/v1/targets')];

    expect(put.status).toBe(200);
    for (const { text } of [put, got, listed]) {
      expect(text).toContain('"kubeconfig":"(sealed)"');
      expect(text).not.toContain(TOKEN);
    }
    expect(await stored()).toMatch(/"kubeconfig":"sealed:v1:test:[\w-]+"/);
    expect(await stored()).not.toContain(TOKEN);
  });

  test('stays when the mark is sent back, and when the same is sent again', async () => {
    await api.call().put(PATH).send(withKubeconfig(KUBECONFIG));
    const before = await stored();
    const { spec } = JSON.parse((await api.call().get(PATH)).text) as { spec: object };
    const marked = await api.call().put(PATH).send({ provider: 'kubernetes', spec });
    await api.call().put(PATH).send(withKubeconfig(KUBECONFIG));

    expect(marked.status).toBe(200);
    expect(await stored()).toBe(before);
  });

  test('is sealed with the newest key when the mark is sent back after a rotation', async () => {
    await api.call().put(PATH).send(withKubeconfig(KUBECONFIG));
    const newer = `newer:${Buffer.alloc(32, 3).toString('base64')}`;
    const other = await api.startAnother({ BEANPOD_ENCRYPTION_KEYS: `${newer},${TEST_KEY}` });
    const put = await fetch(`${other.url}${PATH}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(withKubeconfig('(sealed)')),
    });
    await other.close();

    expect(put.status).toBe(200);
    expect(await stored()).toMatch(/"sealed:v1:newer:/);
  });

  test('may be a reference, which is shown as it is', async () => {
    expect((await api.call().get(PATH)).text).toContain('"kubeconfig":"env:BEANPOD_SECRET_A"');
  });

  test.each([
    ['the mark where none is stored', '(sealed)', 422, /no credential is stored/],
    ['a sealed text of somebody else', 'sealed:v1:test:AAAA', 422, /was not sealed here/],
    ['a text that is neither a reference nor a kubeconfig', 'vautl:secret/a#b', 422, /pattern/],
  ])('is refused when it is %s, and nothing changes', async (_, text, status, detail) => {
    await api.call().delete(PATH);
    const put = await api.call().put(PATH).send(withKubeconfig(text));

    expect(put.status).toBe(status);
    expect(put.text).toMatch(detail);
    expect(put.text).toContain('/spec/cluster/kubeconfig');
    expect(await stored()).toBeNull();
  });

  test('is refused by an API without keys, which says what to do', async () => {
    const other = await api.startAnother({ BEANPOD_ENCRYPTION_KEYS: '' });
    const put = await fetch(`${other.url}${PATH}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(withKubeconfig(KUBECONFIG)),
    });
    const said = await put.text();
    await other.close();

    expect(put.status).toBe(422);
    expect(said).toContain('BEANPOD_ENCRYPTION_KEYS');
    expect(said).not.toContain(TOKEN);
  });
});

test('headers of a check may refer to secrets, and cannot be those of the connection', async () => {
  const target = (headers: object) => ({
    ...withKubeconfig('env:BEANPOD_SECRET_A'),
    verify: { checks: [{ type: 'http', url: '/', headers }] },
  });
  const good = await api
    .call()
    .put(PATH)
    .send(target({ authorization: 'vault:secret/shop#check' }));
  const bad = await api
    .call()
    .put(PATH)
    .send(target({ host: 'elsewhere.example.com' }));

  expect(good.status).toBe(200);
  expect(bad.status).toBe(422);
});
