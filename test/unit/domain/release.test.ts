import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextOfRelease, type Member, type OnFailure } from '../../../src/shared/domain/release.js';
import type { StateName } from '../../../src/shared/domain/state.js';

const member = (order: number, state?: StateName, back?: StateName): Member => ({
  order,
  ...(state && { deployment: { id: 'd', state, ended: state !== 'deploying' } }),
  ...(back && { rollback: { id: 'r', state: back, ended: back !== 'deploying' } }),
});

describe('a release', () => {
  it('starts the members of its first order together, then those of the next', () => {
    expect(nextOfRelease([member(1), member(0), member(0)], 'stop', false)).toEqual({
      kind: 'start',
      members: [1, 2],
    });
    expect(nextOfRelease([member(1), member(0, 'succeeded'), member(0, 'deploying')], 'stop', false)).toEqual(
      {
        kind: 'wait',
      },
    );
    expect(nextOfRelease([member(1), member(0, 'succeeded')], 'stop', false)).toEqual({
      kind: 'start',
      members: [0],
    });
    expect(nextOfRelease([member(0, 'succeeded')], 'stop', false)).toEqual({ kind: 'end', as: 'succeeded' });
  });

  it('that stops lets what runs end, and starts nothing more', () => {
    const failed = [member(0, 'rolled_back'), member(0, 'deploying'), member(1)];

    expect(nextOfRelease(failed, 'stop', false)).toEqual({ kind: 'wait' });
    expect(
      nextOfRelease([member(0, 'rolled_back'), member(0, 'succeeded'), member(1)], 'stop', false),
    ).toEqual({
      kind: 'end',
      as: 'failed',
    });
  });

  it('that continues starts the rest, and has failed all the same', () => {
    expect(nextOfRelease([member(0, 'failed'), member(1)], 'continue', false)).toEqual({
      kind: 'start',
      members: [1],
    });
    expect(nextOfRelease([member(0, 'failed'), member(1, 'succeeded')], 'continue', false)).toEqual({
      kind: 'end',
      as: 'failed',
    });
  });

  it('that rolls back takes back what succeeded, the last order first', () => {
    const failed = [member(0, 'succeeded'), member(1, 'succeeded'), member(2, 'rolled_back')];

    expect(nextOfRelease(failed, 'rollback', false)).toEqual({ kind: 'roll-back', members: [1] });
    expect(
      nextOfRelease(
        [member(0, 'succeeded'), member(1, 'succeeded', 'succeeded'), member(2, 'failed')],
        'rollback',
        false,
      ),
    ).toEqual({ kind: 'roll-back', members: [0] });
    expect(
      nextOfRelease([member(0, 'succeeded', 'succeeded'), member(1, 'failed')], 'rollback', false),
    ).toEqual({
      kind: 'end',
      as: 'rolled_back',
    });
    expect(
      nextOfRelease([member(0, 'succeeded', 'rolled_back'), member(1, 'failed')], 'rollback', false),
    ).toEqual({
      kind: 'end',
      as: 'rollback_failed',
    });
  });

  it('whose member was refused has failed', () => {
    expect(nextOfRelease([{ order: 0, refused: 'full' }, member(1)], 'stop', false)).toEqual({
      kind: 'end',
      as: 'failed',
    });
    expect(
      nextOfRelease(
        [{ ...member(0, 'succeeded'), rollbackRefused: 'nothing before' }, member(1, 'failed')],
        'rollback',
        false,
      ),
    ).toEqual({ kind: 'end', as: 'rollback_failed' });
  });

  it('that is cancelled starts nothing more', () => {
    expect(nextOfRelease([member(0, 'deploying'), member(1)], 'stop', true)).toEqual({ kind: 'wait' });
    expect(nextOfRelease([member(0, 'cancelled'), member(1)], 'rollback', true)).toEqual({
      kind: 'end',
      as: 'cancelled',
    });
  });

  it('always ends, whatever its members come to, and starts each of them once at most', () => {
    const ends = fc.constantFrom<StateName[]>('succeeded', 'succeeded', 'rolled_back', 'failed', 'cancelled');
    const policies = fc.constantFrom<OnFailure[]>('stop', 'rollback', 'continue');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(3), ends, ends), { minLength: 1, maxLength: 12 }),
        policies,
        (plan, policy) => {
          let members: Member[] = plan.map(([order]) => ({ order }));
          for (let round = 0; ; round += 1) {
            expect(round).toBeLessThan(40);
            const action = nextOfRelease(members, policy, false);
            if (action.kind === 'end') break;
            if (action.kind === 'wait') throw new Error('It waits for nothing');
            for (const at of action.members)
              expect(
                action.kind === 'start' ? members[at]?.deployment : members[at]?.rollback,
              ).toBeUndefined();
            members = members.map((each, at) => {
              if (!action.members.includes(at)) return each;
              const [, state = 'failed', back = 'failed'] = plan[at] ?? [];
              return action.kind === 'start'
                ? { ...each, deployment: { id: 'd', state, ended: true } }
                : { ...each, rollback: { id: 'r', state: back, ended: true } };
            });
          }
        },
      ),
    );
  });
});
