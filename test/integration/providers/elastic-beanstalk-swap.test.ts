import { afterEach, describe, expect, it } from 'vitest';
import { BLUE, GREEN, blue, green, useBlueGreen } from '../../support/blue-green-drive.js';

const world = useBlueGreen();
const { start, deploy, environment, swaps } = world;
afterEach(() => world.stop());

describe('a swap of CNAMEs', () => {
  it.each(['reset-after-accept', 'error-after-accept'] as const)(
    'neither fails nor is repeated, which would undo it: %s',
    async (kind) => {
      await start(blue, green);
      await world.cloud.control.fault({ operation: 'SwapEnvironmentCNAMEs', kind, times: 1 });

      const drive = await deploy('v2');

      expect(drive.state).toBe('succeeded');
      expect(drive.lines.join('\n')).toContain('The swap was not confirmed');
      expect(await swaps()).toBe(1);
      expect(world.traffic.holders).toEqual([BLUE, GREEN]);
    },
    20_000,
  );

  it('is sent again when it never arrived, after the time in which it could', async () => {
    await start(blue, green);
    await world.cloud.control.fault({ operation: 'SwapEnvironmentCNAMEs', kind: 'reset', times: 1 });

    const drive = await deploy('v2');

    expect(drive.state).toBe('succeeded');
    expect(await world.cloud.calls('SwapEnvironmentCNAMEs')).toBe(2);
    expect(drive.lines).toContain('wait ensure-swap: looking whether the swap was accepted');
  });

  it('back is neither failed nor repeated when its reply is lost', async () => {
    await start(blue, green);
    await world.cloud.script('v2', 'red-after-ready', { afterMs: 180_000 });
    await world.cloud.control.fault({
      operation: 'SwapEnvironmentCNAMEs',
      kind: 'reset-after-accept',
      times: 1,
      after: 1,
    });

    const drive = await deploy('v2', { samples: 60 });

    expect(drive.state).toBe('rolled_back');
    expect(await swaps()).toBe(2);
    expect(world.traffic.holders).toEqual([BLUE, GREEN, BLUE]);
  });

  it('waits while an environment is not Ready', async () => {
    await start(blue, green);

    const drive = await deploy('v2', {
      before: async (piece, nth) => {
        if (piece === 'ensure-swap' && nth === 1) await world.cloud.control.managedUpdate(BLUE, 120_000);
      },
    });

    expect(drive.state).toBe('succeeded');
    expect(drive.lines).toContain(`wait ensure-swap: ${BLUE} is updating`);
    expect(await swaps()).toBe(1);
  });

  it('is left out when somebody deployed to the live environment meanwhile', async () => {
    await start({ ...blue, policy: 'Rolling' }, green);

    const drive = await deploy('v2', {
      before: async (piece, nth) => {
        if (piece === 'verify-idle' && nth === 1) await world.cloud.control.foreignUpdate(BLUE, 'v9');
      },
    });

    expect(drive).toMatchObject({ state: 'superseded', cause: { code: 'target.changed-elsewhere' } });
    expect(await swaps()).toBe(0);
  });

  it('back is left out when somebody deployed to the old environment meanwhile', async () => {
    await start({ ...blue, policy: 'Rolling' }, green);
    await world.cloud.script('v2', 'red-under-traffic', { afterMs: 300_000 });

    const drive = await deploy('v2', {
      samples: 60,
      before: async (piece, nth) => {
        if (piece === 'assess' && nth === 2) await world.cloud.control.foreignUpdate(BLUE, 'v9');
      },
    });

    expect(drive).toMatchObject({ state: 'rollback_failed', failure: { code: 'target.changed-elsewhere' } });
    expect(await swaps()).toBe(1);
  });

  it('by somebody else in the bake is not fought', async () => {
    await start(blue, green);

    const drive = await deploy('v2', {
      samples: 20,
      before: async (piece, nth) => {
        if (piece !== 'assess' || nth !== 3) return;
        const { site } = world.cloud.simulator;
        const [one, other] = [environment(BLUE), environment(GREEN)];
        [one.cname, other.cname] = [other.cname, one.cname];
        site.clock.advance(0);
      },
    });

    expect(drive).toMatchObject({ state: 'superseded', cause: { code: 'target.changed-elsewhere' } });
    expect(await swaps()).toBe(1);
  });

  it.each(['success', 'deploy-fail', 'red-after-ready'] as const)(
    'happens once each way when every call is made by a new worker: %s',
    async (scenario) => {
      await start(blue);
      await world.cloud.script('v2', scenario, { afterMs: 180_000 });

      const drive = await deploy('v2', { restart: 'at-every-turn', samples: 40 });

      const [state, count] = {
        success: ['succeeded', 1] as const,
        'deploy-fail': ['rolled_back', 0] as const,
        'red-after-ready': ['rolled_back', 2] as const,
      }[scenario];
      expect(drive.state).toBe(state);
      expect(await swaps()).toBe(count);
      expect((await world.cloud.mutations()).filter((one) => one === 'CreateEnvironment')).toHaveLength(1);
    },
  );

  it.each([
    'ensure-idle',
    'await-idle',
    'ensure-update',
    'await-environment',
    'verify-idle',
    'ensure-swap',
    'await-swap',
    'assess',
    'settle-pair',
    'ensure-swap-back',
    'await-swap-back',
  ])('happens once each way after a death at %s', async (mortal) => {
    await start(blue);
    await world.cloud.script('v2', 'red-after-ready', { afterMs: 180_000 });

    const drive = await deploy('v2', {
      dieAt: (piece, nth) => piece === mortal && nth === 1,
      samples: 60,
    });

    expect(drive.state).toBe('rolled_back');
    expect(await swaps()).toBe(2);
    expect(world.traffic.holders).toEqual([BLUE, GREEN, BLUE]);
  });
});
