import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useApi } from '../../support/api.js';
import { usePeople } from '../../support/people.js';

const api = useApi();
const { role, person, signedIn, bySession } = usePeople(api);

beforeAll(() => api.start());
afterAll(() => api.stop());

describe('GET /v1/can', () => {
  test('says the verdict and the rule that decided', async () => {
    await role('not-production', [
      { effect: 'allow', verbs: ['deploy'], service: 'shop-api' },
      { effect: 'deny', verbs: ['deploy'], service: 'shop-api', environment: 'production' },
    ]);
    const cookie = await signedIn('lea', { roles: ['not-production'] });
    const can = async (question: string) => (await bySession(cookie).get(`/v1/can?${question}`)).body;

    expect(await can('verb=deploy&service=shop-api&environment=staging')).toEqual({
      allowed: true,
      verb: 'deploy',
      who: 'lea',
      rule: {
        effect: 'allow',
        verbs: ['deploy'],
        service: 'shop-api',
        environment: '*',
        from: 'role not-production',
      },
    });
    expect(await can('verb=deploy&service=shop-api&environment=production')).toMatchObject({
      allowed: false,
      rule: { effect: 'deny', environment: 'production' },
    });
    expect(await can('verb=exec&service=shop-api&environment=staging')).toEqual({
      allowed: false,
      verb: 'exec',
      who: 'lea',
    });
  });

  test('answers for another person to administrators alone', async () => {
    const cookie = await signedIn('mia', { roles: ['view'] });
    const path = '/v1/can?verb=view&service=shop-api&environment=staging&person=mia';

    expect((await api.call().get(path)).body).toMatchObject({ allowed: true, who: 'mia' });
    expect((await bySession(cookie).get(path)).status).toBe(403);
    expect((await api.call().get(path.replace('person=mia', 'person=zoe'))).status).toBe(404);
  });

  test.each(['', 'verb=fly', 'verb=view&service=NO'])('refuses the question "%s"', async (question) => {
    expect((await api.call().get(`/v1/can?${question}`)).status).toBe(422);
  });
});

describe('a role', () => {
  test.each(['view', 'deploy', 'edit', 'admin'])('%s is always there and never changes', async (name) => {
    const listed = await api.call().get('/v1/roles');

    expect(JSON.stringify(listed.body.items)).toContain(`"role":"${name}"`);
    expect((await api.call().put(`/v1/roles/${name}`).send({ rules: [] })).body.code).toBe('role.built-in');
    expect((await api.call().delete(`/v1/roles/${name}`)).body.code).toBe('role.built-in');
  });

  test('that somebody has is not removed, since what it denies would be allowed then', async () => {
    await role('kept', [{ effect: 'deny', verbs: ['deploy'] }]);
    await person('ned', { roles: ['kept', 'deploy'] });

    const refused = await api.call().delete('/v1/roles/kept');

    expect([refused.status, refused.body.code]).toEqual([409, 'configuration.used']);
    expect(refused.body.detail).toContain('Person ned');
    await person('ned', { roles: ['deploy'] });
    expect((await api.call().delete('/v1/roles/kept')).status).toBe(204);
  });

  test('that there is not cannot be given', async () => {
    const answer = await api
      .call()
      .put('/v1/people/oda')
      .send({ roles: ['view', 'nothing'] });

    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([
      { pointer: '/roles/1', detail: 'is not a role: there is no nothing' },
    ]);
    expect((await api.call().get('/v1/people/oda')).status).toBe(404);
  });
});
