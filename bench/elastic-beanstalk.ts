import { deployTogether } from '../test/support/beanstalk-fleet.js';
import type { Row } from './table.js';

/** Calls that a verified deployment cannot do without (docs/elastic-beanstalk.md). */
const FLOOR = 7;
/** Calls of other tools for the same four minutes (docs/elastic-beanstalk.md), none of which verifies instances. */
const PEERS = 'beanstalk-deploy 52, eb cli 55, GitHub action 57, blue-green 43';
const MOST_PER_DEPLOYMENT = 10;

/** Calls to Elastic Beanstalk for one deployment of four minutes and one minute of watching, alone and ten at once. */
export async function measureBeanstalkCalls(): Promise<readonly Row[]> {
  const alone = await deployTogether(1);
  const together = await deployTogether(10);
  const each = together.calls / 10;
  return [
    {
      what: 'Elastic Beanstalk calls, one deployment alone',
      ours: `${alone.calls}`,
      beside: PEERS,
      verdict: alone.states.join(),
      budget: '< 43',
    },
    {
      what: 'Elastic Beanstalk calls per deployment, ten at once',
      ours: each.toFixed(1),
      beside: `floor ${FLOOR}; ${PEERS}`,
      verdict: `${together.states.filter((state) => state === 'succeeded').length} of 10 succeeded`,
      budget: `≤ ${MOST_PER_DEPLOYMENT}`,
    },
  ];
}
