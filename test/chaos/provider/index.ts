import { Type } from 'typebox';
import type { Capture, Step, Turn } from '../../../src/providers/contract.js';
import { defineProvider } from '../../../src/providers/define-provider.js';
import { failure } from '../../../src/shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../src/shared/domain/outcome.js';
import { schemaOf } from '../../../src/shared/schema/schema.js';
import { BAD, type Direction } from '../cloud-protocol.js';
import { createCloudClient, waitWhenUnclear } from './cloud-client.js';
import { ChaosTarget } from './target.js';

const Baseline = Type.Object({ version: Type.String() });

/** How soon to look again, in milliseconds. */
const SOON = 150;

/**
 * The provider of the chaos suite: look, act once with the revision that was seen, look again. Each session numbers
 * the lines that it says, `line <epoch> <count>`, so that a lost, doubled or misplaced line shows.
 */
export const provider = defineProvider({
  kind: 'chaos',
  target: schemaOf(ChaosTarget),
  baseline: schemaOf(Baseline),
  open: async (target, { deploymentId, version }) => {
    const cloud = createCloudClient(target, deploymentId);
    let said = 0;

    function say(turn: Turn, about: string): void {
      said += 1;
      turn.say(`line ${turn.epoch} ${said} ${about}`);
    }

    function write(id: string, direction: Direction, wanted: string): Step {
      return { id, title: `Write ${wanted}`, writes: true, run: (turn) => waitWhenUnclear(act(turn)) };

      async function act(turn: Turn): Promise<Outcome> {
        const now = await cloud.look(turn);
        say(turn, `${id} sees ${now.version} at ${now.revision}`);
        if (now.deployment === deploymentId && now.direction === direction) return done;
        if (now.status === 'updating') return wait(SOON, 'the target is updating');
        await turn.intend(`write at revision ${now.revision}`);
        const { epoch } = turn;
        const request = { deployment: deploymentId, direction, epoch, version: wanted, said };
        const taken = await cloud.write(turn, { ...request, revision: now.revision });
        say(turn, `${id} ${taken ? 'was taken' : 'came too late'}`);
        return taken ? done : wait(SOON, 'the target has changed since');
      }
    }

    function settle(id: string): Step {
      return {
        id,
        title: 'Wait until it is ready',
        writes: false,
        run: (turn) => waitWhenUnclear(look(turn)),
      };

      async function look(turn: Turn): Promise<Outcome> {
        const { status } = await cloud.look(turn);
        say(turn, `${id} sees ${status}`);
        return status === 'ready' ? done : wait(SOON, 'the target is updating');
      }
    }

    async function capture(turn: Turn): Promise<Capture<{ version: string }>> {
      const now = await cloud.look(turn);
      say(turn, `capture sees ${now.version}`);
      if (now.status === 'updating') return { said: 'wait', forMs: SOON, because: 'the target is updating' };
      const baseline = { version: now.version };
      return { said: 'captured', baseline, summary: `version ${now.version}` };
    }

    async function assess(turn: Turn): Promise<Outcome> {
      const now = await cloud.look(turn);
      say(turn, `assess sees ${now.version}`);
      const isBad = now.version.includes(BAD);
      return isBad ? failed(failure('health.degraded', `${now.version} does not answer`)) : done;
    }

    return {
      capture: (turn) => waitWhenUnclear(capture(turn)) as Promise<Capture<{ version: string }>>,
      forward: () => [write('switch', 'forward', version), settle('settle')],
      back: (baseline) => [write('restore', 'back', baseline.version), settle('settle-back')],
      assess: (turn) => waitWhenUnclear(assess(turn)),
      evidence: () => Promise.resolve({ firstCause: 'it was bad', lines: [] }),
    };
  },
});
