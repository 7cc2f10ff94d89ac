import { appendFileSync, readFileSync } from 'node:fs';
import { Type, type Static } from 'typebox';
import type { Step } from '../../../src/providers/contract.js';
import { defineProvider } from '../../../src/providers/define-provider.js';
import { done } from '../../../src/shared/domain/outcome.js';
import { schemaOf } from '../../../src/shared/schema/schema.js';

const Target = Type.Object({
  /** The cloud: each line is a version that was written, the last one runs. */
  file: Type.String(),
  /** Steps that take the whole process with them, each time, as an image that exhausts memory would. */
  deadly: Type.Array(Type.Enum(['upload', 'switch', 'settle', 'restore', 'proven'])),
  /** How they do it: by a signal that nothing can catch, or by an error that nobody awaits. */
  by: Type.Enum(['signal', 'error']),
});

const Baseline = Type.Object({ version: Type.String() });

/** The provider of the tests of poison: its deadly steps end the process of their worker. */
export const provider = defineProvider({
  kind: 'crashing',
  target: schemaOf(Target),
  baseline: schemaOf(Baseline),
  open: async (target, { version }) => ({
    capture: () => {
      const running = versionsOf(target).at(-1) ?? '';
      return Promise.resolve({ said: 'captured', baseline: { version: running }, summary: running });
    },
    forward: () => [read(target, 'upload'), write(target, 'switch', version), read(target, 'settle')],
    back: (baseline) => [write(target, 'restore', baseline.version)],
    assess: () => Promise.resolve(done),
    ...(target.deadly.includes('proven') && { settle: () => die(target) }),
    evidence: () => Promise.resolve({ firstCause: '', lines: [] }),
  }),
});

type Target = Static<typeof Target>;

/** Every version that was ever written, oldest first. */
function versionsOf({ file }: Pick<Target, 'file'>): readonly string[] {
  return readFileSync(file, 'utf8').trim().split('\n');
}

function die({ by }: Target): Promise<never> {
  if (by === 'signal') process.kill(process.pid, 'SIGKILL');
  setImmediate(() => {
    throw new Error('an error that nobody awaits');
  });
  return new Promise(() => undefined);
}

function read(target: Target, id: 'upload' | 'settle'): Step {
  return {
    id,
    title: `Do ${id}`,
    writes: false,
    async run() {
      if (target.deadly.includes(id)) await die(target);
      return done;
    },
  };
}

function write(target: Target, id: 'switch' | 'restore', version: string): Step {
  return {
    id,
    title: `Write ${version}`,
    writes: true,
    async run(turn) {
      if (versionsOf(target).at(-1) !== version) {
        await turn.intend(version);
        appendFileSync(target.file, `${version}\n`);
      }
      if (target.deadly.includes(id)) await die(target);
      return done;
    },
  };
}
