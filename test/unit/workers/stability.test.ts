import { describe, expect, it } from 'vitest';
import { failure } from '../../../src/shared/domain/failures.js';
import { done, failed, wait } from '../../../src/shared/domain/outcome.js';
import { createStabilityWindow } from '../../../src/workers/stability.js';

const unsure = wait(1, 'one instance is Degraded');

describe('the stability window', () => {
  it('is over once health held at every look for its whole length', () => {
    const look = createStabilityWindow(10_000);

    expect(look(done, 0)).toMatchObject({ said: 'wait', forMs: 5_000 });
    expect(look(done, 8_000)).toMatchObject({ said: 'wait', forMs: 2_000 });
    expect(look(done, 10_000)).toEqual(done);
  });

  it('starts anew after a look that was not certain', () => {
    const look = createStabilityWindow(10_000);
    look(done, 0);
    look(unsure, 9_000);

    expect(look(done, 10_000)).toMatchObject({ said: 'wait' });
    expect(look(done, 20_000)).toEqual(done);
  });

  it('fails at once when the provider is certain', () => {
    const bad = failed(failure('health.degraded', 'Red'));

    expect(createStabilityWindow(10_000)(bad, 0)).toBe(bad);
  });

  it('fails when health is lost again and again', () => {
    const look = createStabilityWindow(10_000);
    const answers = Array.from({ length: 8 }, (_, nth) => look(nth % 2 === 0 ? done : unsure, nth * 1_000));

    expect(answers.at(-1)).toMatchObject({ said: 'failed', failure: { code: 'health.flapping' } });
  });
});
