import { afterEach, describe, expect, it } from 'vitest';
import type { ScenarioName } from '../../simulators/elastic-beanstalk/scenario-names.js';
import { startBeanstalk, type Beanstalk } from '../../support/beanstalk.js';
import type { Drive } from '../../support/drive-plan.js';

let cloud: Beanstalk;
afterEach(() => cloud.close());

/** Labels of the deployments that were asked for. */
async function deployed(): Promise<readonly string[]> {
  return (await cloud.updates()).filter((label) => label !== '');
}

/** Every call is made by a new worker, the answer to the update gets lost, and `meddle` comes before that look. */
async function deployAnew(scenario: ScenarioName, look: number, meddle: () => Promise<void>): Promise<Drive> {
  cloud = await startBeanstalk({ instances: 2 });
  await cloud.script('v2', scenario);
  await cloud.control.fault({ operation: 'UpdateEnvironment', kind: 'reset-after-accept', times: 1 });
  return cloud.deploy('v2', {
    restart: 'at-every-turn',
    samples: 9,
    before: async (piece, nth) => {
      if (piece === 'ensure-update' && nth === look) await meddle();
    },
  });
}

describe('a managed platform update, which leaves the version alone,', () => {
  it.each([
    ['success', 'succeeded', ['v2']],
    ['deploy-fail', 'rolled_back', ['v2', 'v1']],
    ['red-after-ready', 'rolled_back', ['v2', 'v1']],
    ['stuck-updating', 'rolled_back', ['v2', 'v1']],
  ] as const)(
    'between the capture and the sending is not taken for the update of a worker that died after it: %s',
    async (scenario, state, labels) => {
      const drive = await deployAnew(scenario, 1, async () => {
        await cloud.control.managedUpdate('shop-staging', 60_000);
        await cloud.control.advance(61_000);
      });

      expect(drive.state, drive.lines.join('\n')).toBe(state);
      expect(await deployed()).toEqual(labels);
    },
  );

  it.each([
    ['success', 'succeeded', ['v2']],
    ['deploy-fail', 'rolled_back', ['v2', 'v1']],
  ] as const)(
    'after the update does not keep the next worker from seeing how that ended: %s',
    async (scenario, state, labels) => {
      const drive = await deployAnew(scenario, 2, async () => {
        await cloud.control.advance(900_000);
        await cloud.control.managedUpdate('shop-staging', 60_000);
      });

      expect(drive.state, drive.lines.join('\n')).toBe(state);
      expect(await deployed()).toEqual(labels);
    },
  );

  it('is not taken for the update that a worker announced and died before', async () => {
    cloud = await startBeanstalk({ instances: 2 });

    const drive = await cloud.deploy('v2', {
      dieAt: (piece, nth) => piece === 'ensure-update' && nth === 1,
      before: async (piece, nth) => {
        if (piece === 'ensure-update' && nth === 2)
          await cloud.control.managedUpdate('shop-staging', 120_000);
      },
    });

    expect(drive.state, drive.lines.join('\n')).toBe('succeeded');
    expect(await deployed()).toEqual(['v2']);
    expect(await cloud.running()).toEqual(['v2', 'v2']);
  });
});
