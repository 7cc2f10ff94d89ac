import fc, { type AsyncCommand } from 'fast-check';
import { expect } from 'vitest';
import { NO_PROGRESS, type OnBusy } from '../../../src/shared/domain/deployment.js';
import type { DeploymentId } from '../../../src/shared/domain/ids.js';
import type { State } from '../../../src/shared/domain/state.js';
import { newId } from '../../../src/shared/new-id.js';
import type { Offer } from '../../../src/shared/store/offers.js';
import type { Reference } from './model-reference.js';
import { pictureIn, pictureOf } from './model-snapshot.js';
import { due, lapse, overdue, review } from './model-time.js';
import {
  FOREVER_MS,
  someDeployment,
  someLease,
  TARGETS,
  type Act,
  type Model,
  type Real,
} from './model-world.js';

const WISH = { by: 'ada', reason: 'typo' };

type Command = AsyncCommand<Model, Real>;

const pick = fc.nat({ max: 1_000 });
const client = fc.nat({ max: 2 });
const accept = fc.record({
  service: fc.constantFrom(0, 0, 1, 2),
  mode: fc.constantFrom<OnBusy>('queue', 'queue', 'supersede', 'reject'),
  priority: fc.constantFrom<(-1 | 0 | 1)[]>(0, 0, 0, 1, -1),
  key: fc.option(fc.constantFrom('k1', 'k2'), { nil: undefined, freq: 3 }),
  hash: fc.constantFrom('h1', 'h1', 'h2'),
  current: fc.nat({ max: 9 }).map((one) => one > 0),
  hold: fc.nat({ max: 5 }).map((one) => one === 0),
  again: fc.nat({ max: 7 }).map((one) => one === 0),
});

/** Programs of all that clients, workers, people and time may do to the store. */
export const programs = fc.commands(
  [
    ...[1, 2, 3].map(() =>
      fc
        .tuple(client, accept)
        .map(([by, wish]) => command(by, `accept ${JSON.stringify(wish)}`, acceptOne(wish))),
    ),
    ...[1, 2].map(() =>
      fc.tuple(client, pick).map(([by, at]) => command(by, `claim ${at}`, claimOne(at, by))),
    ),
    fc.tuple(client, pick).map(([by, at]) => command(by, `claim ${at} again`, claimAgain(at, by))),
    fc.tuple(client, pick).map(([by, at]) => command(by, `renew ${at}`, renewOne(at))),
    fc
      .tuple(client, pick, fc.constantFrom<Saving>('further', 'same', 'end', 'end'), fc.boolean())
      .map(([by, at, saving, again]) =>
        command(by, `save ${saving} ${at}${again ? ' again' : ''}`, saveOne(at, saving, again)),
      ),
    fc
      .tuple(client, pick, fc.nat({ max: 3 }), fc.boolean())
      .map(([by, at, count, again]) =>
        command(by, `append ${count} ${at}${again ? ' again' : ''}`, appendOne(at, count, again)),
      ),
    fc.tuple(client, pick).map(([by, at]) => command(by, `hand over ${at}`, handOverOne(at))),
    fc.tuple(client, pick).map(([by, at]) => command(by, `cancel ${at}`, cancelOne(at))),
    fc.tuple(client).map(([by]) => command(by, 'sweep', sweepAll)),
    fc.tuple(client, pick).map(([by, at]) => command(by, `the lease of ${at} runs out`, lapse(at))),
    fc.tuple(client, pick).map(([by, at]) => command(by, `the queue deadline of ${at} passes`, overdue(at))),
    fc.tuple(client, pick).map(([by, at]) => command(by, `the offer of ${at} is due`, due(at))),
    fc.tuple(client, pick).map(([by, at]) => command(by, `the hold of ${at} ends`, review(at))),
  ],
  { maxCommands: 80, size: 'max' },
);

/** After every command, store and reference must show the same picture and the store find no fault with itself. */
function command(by: number, title: string, act: Act): Command {
  return {
    check: () => true,
    toString: () => `client ${by}: ${title}`,
    async run(model, real) {
      const chosen = real.clients[by];
      if (!chosen) throw new Error(`There is no client ${by}`);
      await act(model, real, chosen);
      expect(await pictureIn(real.redis, real.root, model.reference)).toEqual(pictureOf(model.reference));
      expect(await chosen.deployments.audit()).toEqual([]);
    },
  };
}

function acceptOne({
  service,
  again,
  ...wish
}: Omit<Parameters<Reference['accept']>[0], 'id' | 'target'> & { service: number; again: boolean }): Act {
  return async ({ reference }, _real, { deployments }) => {
    const known = [...reference.deployments.keys()].at(-1);
    const id = (again && known !== undefined ? known : newId()) as DeploymentId;
    const target = TARGETS[service] ?? '';
    const expected = reference.accept({ ...wish, id, target });
    const answer = await deployments.accept({
      id,
      request: {
        service: target.slice(0, 1),
        environment: 'live',
        version: '1',
        provider: 'p',
        kind: 'deploy',
        onBusy: wish.mode,
        actor: { name: 'ci' },
      },
      input: { spec: {}, artifact: { type: 'image', image: 'a/b:1' }, policy: {}, verify: {} },
      ...(wish.key && { idempotency: { scope: wish.key, hash: wish.hash } }),
      revision: wish.current ? '0' : '7',
      queueMs: FOREVER_MS,
      scopes: ['global'],
      priority: wish.priority,
      ...(wish.hold && {
        hold: {
          because: [{ kind: 'time', text: 'until Monday' }],
          ends: 'clock',
          lookAt: Date.now() + FOREVER_MS,
        },
      }),
    });
    expect(answer.said).toBe(expected.said);
    if ('id' in answer) expect(answer.id).toBe(expected.id);
    if (answer.said !== 'accepted') return;
    expect(answer.ahead).toBe(expected.ahead);
    expectOffers(reference, answer.offers, expected.offers);
  };
}

function claimOne(at: number, by: number): Act {
  return async (model, _real, { leases }) => {
    const deployment = someDeployment(model, at);
    if (!deployment) return;
    const expected = model.owners.claim(deployment.id);
    const before = model.reference.box(deployment.target).epoch;
    const answer = await leases.claim(deployment.id, newId(), `w${by}`);
    expect(answer.said).toBe(expected.said);
    if (answer.said !== 'ok') return;
    expect(Number(answer.lease.epoch)).toBeGreaterThan(Number(before));
    expect(answer.attempt).toBe(deployment.attempts + 1);
    model.owners.took(answer.lease);
    model.leases.push({ lease: answer.lease, batch: 0 });
  };
}

/** The call of a lease that was given, as a connection sends it again after its reply got lost. */
function claimAgain(at: number, by: number): Act {
  return async (model, _real, { leases }) => {
    const kept = someLease(model, at);
    if (!kept) return;
    const { id, owner, target } = kept.lease;
    const expected = model.owners.claim(id, owner);
    const { owner: its, epoch, leased, expired } = model.reference.box(target);
    const isSame = its === owner && leased && !expired;
    const answer = await leases.claim(id, owner, `w${by}`);
    expect(answer.said).toBe(expected.said);
    if (answer.said !== 'ok') return;
    if (isSame) return expect(answer.lease.epoch).toBe(epoch);
    model.owners.took(answer.lease);
    model.leases.push({ lease: answer.lease, batch: 0 });
  };
}

function renewOne(at: number): Act {
  return async (model, _real, { leases }) => {
    const kept = someLease(model, at);
    if (!kept) return;
    const { said, cancelled } = model.owners.renew(kept.lease);
    const answer = await leases.renew(kept.lease);
    expect(answer.said).toBe(said);
    if (answer.said === 'ok') expect(answer.cancel).toEqual(cancelled ? WISH : undefined);
  };
}

type Saving = 'further' | 'same' | 'end';

function saveOne(at: number, saving: Saving, again: boolean): Act {
  return async (model, _real, { leases }) => {
    const kept = someLease(model, at);
    if (!kept) return;
    const { lease } = kept;
    const batch = (kept.batch = again && kept.batch > 0 ? kept.batch : kept.batch + 1);
    const state: State = { name: saving === 'end' ? 'succeeded' : 'preparing' };
    const entries = [{ code: `deployment.${state.name}`, data: {} }];
    const codes = entries.map(({ code }) => code);
    const expected = model.owners.save(lease, batch, state.name, codes, saving !== 'same');
    const further = saving !== 'same';
    const answer = await leases.save(lease, batch, { state, progress: NO_PROGRESS, entries, further });
    expect(answer.said).toBe(expected.said);
    if (answer.said === 'ok') expectOffers(model.reference, answer.offers, expected.offers);
  };
}

function appendOne(at: number, count: number, again: boolean): Act {
  return async (model, _real, { leases }) => {
    const kept = someLease(model, at);
    if (!kept || count === 0) return;
    const batch = (kept.batch = again && kept.batch > 0 ? kept.batch : kept.batch + 1);
    const lines = Array.from({ length: count }, (_, line) => `${kept.lease.owner} ${batch}.${line}`);
    const expected = model.owners.append(kept.lease, batch, lines);
    const entries = lines.map((text) => ({ text, level: 'info' as const }));
    expect(await leases.append(kept.lease, batch, entries)).toBe(expected);
  };
}

function handOverOne(at: number): Act {
  return async (model, _real, { leases }) => {
    const kept = someLease(model, at);
    if (!kept) return;
    const { id } = kept.lease;
    const expected = model.owners.handOver(kept.lease);
    const offer = await leases.handOver(kept.lease, false);
    expectOffers(model.reference, offer ? [offer] : [], expected ? [id] : []);
  };
}

function cancelOne(at: number): Act {
  return async (model, _real, { deployments }) => {
    const deployment = someDeployment(model, at);
    if (!deployment) return;
    const expected = model.reference.cancel(deployment.id);
    const answer = await deployments.cancel(deployment.id, WISH);
    expect(answer.said).toBe(expected.said);
    if (answer.said === 'cancelled') expectOffers(model.reference, answer.offers, expected.offers);
  };
}

const sweepAll: Act = async ({ reference }, _real, { deployments }) => {
  const expected = reference.sweep();
  expectOffers(reference, await deployments.sweep(), expected);
};

/** The same deployments, each under the job number that the reference expects. */
function expectOffers(
  reference: Reference,
  offers: readonly Offer[],
  expected: readonly string[] = [],
): void {
  const wanted = [...new Set(expected)].map((id) => ({ id, dispatch: String(reference.of(id).dispatch) }));
  expect([...offers].sort(byId)).toEqual(wanted.sort(byId));
}

function byId(one: { id: string }, other: { id: string }): number {
  return one.id < other.id ? -1 : 1;
}
