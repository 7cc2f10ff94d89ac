import { Type } from 'typebox';
import type { Step } from '../src/providers/contract.js';
import { defineProvider } from '../src/providers/define-provider.js';
import { done, wait } from '../src/shared/domain/outcome.js';
import { schemaOf } from '../src/shared/schema/schema.js';

// A worker that has deployed to both clouds holds both SDKs: what it carries is measured on top of that.
await import('../src/providers/elastic-beanstalk/index.js');
await import('../src/providers/kubernetes/index.js');

const Target = Type.Object({ updateMs: Type.Integer({ minimum: 0 }) });

/** How often the state of an update is asked for, in milliseconds; that of Elastic Beanstalk and of a watch that is silent. */
const POLL_MS = 5_000;

/** A cloud that does nothing but take its time, in five steps like the real ones. */
export const provider = defineProvider({
  kind: 'patient',
  target: schemaOf(Target),
  baseline: schemaOf(Type.Object({})),
  open: async ({ updateMs }) => ({
    capture: () => Promise.resolve({ said: 'captured', baseline: {}, summary: 'v1' }),
    forward: () => [step('bundle'), step('version'), update, settle(updateMs), step('confirm')],
    back: () => [],
    assess: () => Promise.resolve(done),
    evidence: () => Promise.resolve({ firstCause: '', lines: [] }),
  }),
});

function step(id: string): Step {
  return { id, title: `Do ${id}`, writes: false, run: () => Promise.resolve(done) };
}

const update: Step = {
  id: 'update',
  title: 'Update',
  writes: true,
  async run(turn) {
    await turn.intend('v2');
    turn.say('the update was accepted');
    return done;
  },
};

function settle(updateMs: number): Step {
  const until = performance.now() + updateMs;
  return {
    id: 'settle',
    title: 'Wait until it is ready',
    writes: false,
    run() {
      const left = until - performance.now();
      return Promise.resolve(left <= 0 ? done : wait(Math.min(left, POLL_MS), 'the update runs'));
    },
  };
}
