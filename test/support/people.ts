import { expect } from 'vitest';
import type { AccessRule } from '../../src/shared/contract/access.js';
import type { useApi } from './api.js';
import type { Answer, Ask } from './caller.js';

/** The password that everybody chooses who is not told another. */
export const PASSWORD = 'correct horse battery staple';

/** What a browser says of a request that comes from a page of this address. */
export const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };

/** Adds people and roles to the API under test, and calls it in their sessions. */
export function usePeople(api: Pick<ReturnType<typeof useApi>, 'call'>) {
  async function role(name: string, rules: readonly AccessRule[], groups?: readonly string[]): Promise<void> {
    const put = await api.call().put(`/v1/roles/${name}`).send({ rules, groups });
    expect([200, 201], put.text).toContain(put.status);
  }

  async function person(name: string, settings: object): Promise<void> {
    const put = await api.call().put(`/v1/people/${name}`).send(settings);
    expect([200, 201], put.text).toContain(put.status);
  }

  /** The secret of a new invitation. */
  async function invite(name: string): Promise<string> {
    const { body } = await api.call().post(`/v1/people/${name}/invitation`);
    return (body as unknown as { secret: string }).secret;
  }

  const choose = (secret: string, password = PASSWORD): Ask =>
    api.call('').post('/v1/invitations').send({ secret, password });

  const signIn = (name: string, password = PASSWORD): Ask =>
    api.call('').post('/v1/session').send({ name, password });

  /** Adds a person with a password, signs them in, and answers their cookie. */
  async function signedIn(name: string, settings: object): Promise<string> {
    await person(name, settings);
    expect((await choose(await invite(name))).status).toBe(204);
    const answer = await signIn(name);
    expect(answer.status, answer.text).toBe(201);
    return cookieOf(answer);
  }

  const bySession = (cookie: string) => ({
    get: (path: string) => api.call('').get(path).set({ cookie }),
    post: (path: string, body: object) =>
      api
        .call('')
        .post(path)
        .set({ cookie, ...OWN_PAGE })
        .send(body),
    delete: (path: string) =>
      api
        .call('')
        .delete(path)
        .set({ cookie, ...OWN_PAGE }),
  });

  return { role, person, invite, choose, signIn, signedIn, bySession };
}

const cookieOf = (answer: Answer) => String(answer.headers['set-cookie']).split(';')[0] ?? '';
