import { describe, expect, it } from 'vitest';
import { NO_PROGRESS } from '../../../src/shared/domain/deployment.js';
import { failure } from '../../../src/shared/domain/failures.js';
import type { State } from '../../../src/shared/domain/state.js';
import { useStore } from '../../support/store.js';

const store = useStore(60_000);

/** What is left of a text that somebody cut in the middle of a character, as JavaScript cuts. */
const CUT = 'Ship it 🚢'.slice(0, -1);
const why = failure('health.degraded', `The last line was: ${CUT}`);

const ENDS: readonly State[] = [
  { name: 'succeeded' },
  { name: 'rolled_back', cause: why },
  { name: 'rollback_failed', cause: why, failure: why },
  { name: 'failed', failure: why, wrote: true },
  { name: 'failed', failure: why, wrote: false },
];

describe('half of a character', () => {
  it.each(ENDS)('in texts of a deployment that ends $name keeps no target', async (state) => {
    const { id } = await store.accept({ message: CUT });
    const { id: next } = await store.accept({ version: '2' });
    const lease = await store.claim(id);

    const change = { state, progress: NO_PROGRESS, entries: [], further: true };
    expect(await store.leases.save(lease, 1, change)).toMatchObject({ said: 'ok', offers: [{ id: next }] });

    expect((await store.deployments.load(id))?.state.name).toBe(state.name);
    expect(await store.deployments.audit()).toEqual([]);
    expect((await store.leases.claim(next, 'next', 'w')).said).toBe('ok');
  });

  it('in what holds a deployment, or in the wish to cancel it, changes nothing either', async () => {
    const { id } = await store.accept({ message: CUT });
    const because = [{ kind: 'blocker', text: CUT, blocker: 'freeze' }] as const;
    const withheld = { because, entries: [], againMs: 60_000, expiresInMs: 60_000 };
    expect((await store.leases.hold(await store.claim(id), 1, withheld)).said).toBe('ok');

    expect((await store.deployments.cancel(id, { by: 'ada', reason: CUT })).said).toBe('cancelled');

    expect((await store.deployments.load(id))?.state.name).toBe('cancelled');
    expect(await store.deployments.audit()).toEqual([]);
  });

  it('is shown as the mark for what cannot be read, and nothing else of the text changes', async () => {
    const text = `a \\ud83d b "\\" \\\\ ${CUT}`;
    const { id } = await store.accept({ message: text });
    expect((await store.deployments.load(id))?.request.message).toBe(`${text.slice(0, -1)}\ufffd`);
  });
});
