import { describe, expect, test } from 'vitest';

import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import type { JournalLine } from '../../../src/shared/contract/journal-page.js';
import { timelineOf } from '../../../web/src/deployment/timeline.js';

const at = (second: number) => `2026-11-26T12:00:${String(second).padStart(2, '0')}.000Z`;

/** Events as a journal has them: one each second. */
function eventsOf(
  ...said: readonly (readonly [code: string, data?: object, step?: string])[]
): JournalLine[] {
  return said.map(([code, data = {}, step], index) => ({
    n: index + 1,
    at: at(index),
    kind: 'event',
    level: 'info',
    text: code,
    code,
    data,
    ...(step !== undefined && { step }),
  }));
}

function deployment(state: DeploymentView['state'], more: Partial<DeploymentView> = {}): DeploymentView {
  const terminal = ['succeeded', 'rolled_back', 'failed', 'cancelled'].includes(state);
  return { state, terminal, progress: { done: 0, total: 0, steps: [] }, ...more } as DeploymentView;
}

const BEGIN = [
  ['deployment.accepted'],
  ['deployment.preparing'],
  ['baseline.captured'],
  ['deployment.deploying'],
  ['step.started', { step: 'update', title: 'Update' }, 'forward:update'],
] as const;

describe('the steps of a deployment', () => {
  test('have their times, and those to come are listed while it runs', () => {
    const steps = timelineOf(
      deployment('deploying', {
        progress: {
          done: 0,
          total: 2,
          steps: [
            { id: 'update', title: 'Update', status: 'running' },
            { id: 'settle', title: 'Settle', status: 'todo' },
          ],
        },
      }),
      eventsOf(...BEGIN, ['step.waiting', { because: '1 of 3 instances' }, 'forward:update']),
    );

    expect(steps.map(({ title, status }) => `${title}: ${status}`)).toEqual([
      'Wait for its turn: done',
      'Record what runs now: done',
      'Update: running',
      'Settle: todo',
      'Verify: todo',
    ]);
    expect(steps[0]).toMatchObject({ from: at(0), to: at(1), line: 1 });
    expect(steps[2]).toMatchObject({ from: at(4), note: '1 of 3 instances', line: 5 });
  });

  test('that failed carry the reason, and the way back follows them', () => {
    const steps = timelineOf(
      deployment('rolled_back'),
      eventsOf(
        ...BEGIN,
        ['step.done', {}, 'forward:update'],
        ['deployment.verifying', { stage: 'health' }],
        ['stage.failed', { stage: 'health', detail: '2 of 3 are red' }, 'verify:health'],
        ['deployment.rolling_back'],
        ['step.started', { step: 'restore', title: 'Put back' }, 'back:restore'],
        ['step.done', {}, 'back:restore'],
        ['deployment.rolled_back'],
      ),
    );

    expect(steps.slice(-2)).toMatchObject([
      { part: 'verify', title: 'Verify health', status: 'failed', note: '2 of 3 are red' },
      { part: 'rollback', title: 'Put back', status: 'done' },
    ]);
  });

  test('that clean up behind a proven version fail without the deployment', () => {
    const detail = 'may not delete ConfigMap old';
    const steps = timelineOf(
      deployment('succeeded', { finishedAt: at(59) }),
      eventsOf(
        ...BEGIN,
        ['step.done', {}, 'forward:update'],
        ['deployment.settling', { stage: 'settle' }],
        ['settle.failed', { detail }, 'verify:settle'],
        ['deployment.succeeded'],
      ),
    );

    expect(steps.at(-1)).toMatchObject({
      title: 'Clean up behind the new version',
      status: 'failed',
      note: detail,
    });
  });

  test('that were open when it ended never count as done', () => {
    const failure = {
      code: 'x',
      title: 'Gave up',
      blame: 'operator',
      detail: 'It took too long',
      hint: '',
    } as const;
    const steps = timelineOf(deployment('failed', { finishedAt: at(59), failure }), eventsOf(...BEGIN));

    expect(steps.at(-1)).toMatchObject({
      title: 'Update',
      status: 'failed',
      to: at(59),
      note: 'It took too long',
    });
  });
});
