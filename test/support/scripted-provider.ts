import { Type } from 'typebox';
import type { Step, Turn } from '../../src/providers/contract.js';
import { defineProvider, type Provider } from '../../src/providers/define-provider.js';
import { failure, type Failure } from '../../src/shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../src/shared/domain/outcome.js';
import { schemaOf } from '../../src/shared/schema/schema.js';

/**
 * What a scripted cloud answers, by place: `capture`, a step id, `assess`, and `proven` for what a provider does in the
 * stage settle, which there is only when it is scripted. The last answer repeats.
 */
export type Script = Record<string, readonly (Outcome | 'throw' | 'hang')[]>;

/** A small cloud in memory, and the provider for it: what runs, and everything that was asked of it. */
export interface ScriptedCloud {
  readonly provider: Provider;
  running: string;
  /** Places in the order in which they were visited. */
  readonly visits: string[];
  /** Committed writes. */
  readonly writes: string[];
  script: Script;
  noRollback: Failure | undefined;
  firstCause: string;
}

const Spec = Type.Object({ name: Type.String() }, { additionalProperties: false });
const Baseline = Type.Object({ running: Type.String() });

/** A provider with three forward steps (`upload`, `switch`, `settle`) and two back (`restore`, `confirm`). */
export function createScriptedCloud(script: Script = {}): ScriptedCloud {
  const cloud: ScriptedCloud = {
    provider: defineProvider({
      kind: 'scripted',
      target: schemaOf(Spec),
      baseline: schemaOf(Baseline),
      open: async (_target, release) => ({
        async capture() {
          const answer = await visit('capture');
          if (answer.said !== 'done') return answer;
          const noRollback = cloud.noRollback && { noRollback: cloud.noRollback };
          return {
            said: 'captured',
            baseline: { running: cloud.running },
            summary: `version ${cloud.running}`,
            ...noRollback,
          };
        },
        forward: () => [read('upload'), write('switch', release.version), read('settle')],
        back: (baseline) => [write('restore', baseline.running), read('confirm')],
        assess: () => visit('assess'),
        ...('proven' in cloud.script && { settle: () => visit('proven') }),
        evidence: () => Promise.resolve({ firstCause: cloud.firstCause, lines: ['instance 1: exit code 7'] }),
      }),
    }),
    running: 'v1',
    visits: [],
    writes: [],
    script,
    noRollback: undefined,
    firstCause: 'the process exited',
  };

  async function visit(place: string): Promise<Outcome> {
    const nth = cloud.visits.filter((each) => each === place).length;
    cloud.visits.push(place);
    const answers = cloud.script[place] ?? [done];
    const answer = answers[Math.min(nth, answers.length - 1)] ?? done;
    if (answer === 'throw') throw new Error(`boom at ${place}`);
    return answer === 'hang' ? new Promise(() => undefined) : answer;
  }

  function read(id: string): Step {
    return { id, title: `Do ${id}`, writes: false, run: () => visit(id) };
  }

  function write(id: string, version: string): Step {
    return {
      id,
      title: `Do ${id}`,
      writes: true,
      async run(turn: Turn) {
        if (cloud.running === version && turn.intent) return visit(id);
        await turn.intend(version);
        cloud.running = version;
        cloud.writes.push(version);
        turn.say(`${id}: now ${version}`);
        return visit(id);
      },
    };
  }

  return cloud;
}

export const degraded = failed(failure('health.degraded', 'instance 1 is Severe'));
export const notYet = wait(5, 'not yet');
