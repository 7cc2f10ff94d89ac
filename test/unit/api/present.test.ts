import { describe, expect, test } from 'vitest';
import { presentDeployment } from '../../../src/api/present.js';
import { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import type { Deployment, Progress } from '../../../src/shared/domain/deployment.js';
import { failure } from '../../../src/shared/domain/failures.js';
import type { DeploymentId } from '../../../src/shared/domain/ids.js';
import type { State } from '../../../src/shared/domain/state.js';
import { schemaOf } from '../../../src/shared/schema/schema.js';

const schema = schemaOf(DeploymentView);
const step = (id: string) => ({ id, title: `Title of ${id}` });
const progress: Progress = {
  forward: [step('upload'), step('switch'), step('settle')],
  back: [step('restore'), step('confirm')],
  baseline: 'version 117',
  since: 0,
  intents: { 'forward:switch': { note: '', at: 1 } },
  crashes: 0,
};
const bad = failure('health.degraded', 'red');
const worse = failure('rollback.version-gone', 'gone');

function show(state: State) {
  const deployment: Deployment = {
    id: '01kaqv9zc3h8m2x6y7w4t5r0pn' as DeploymentId,
    number: 7,
    request: {
      service: 'shop',
      environment: 'staging',
      version: '118',
      provider: 'elastic-beanstalk',
      kind: 'deploy',
      onBusy: 'queue',
      actor: { name: 'ci' },
    },
    state,
    progress,
    acceptedAt: 1_795_298_438_771,
    updatedAt: 1_795_298_438_771,
    attempts: 1,
    revision: 3,
    ...(state.name === 'queued' && { ahead: 2 }),
  };
  return presentDeployment(deployment);
}

const states: readonly State[] = [
  { name: 'held', because: [{ kind: 'time', text: 'Later', until: 1_795_298_438_771 }] },
  { name: 'queued' },
  { name: 'preparing' },
  { name: 'deploying', step: 1, wrote: false },
  { name: 'verifying', stage: 'checks', wrote: true },
  { name: 'rolling_back', step: 1, cause: bad },
  { name: 'succeeded' },
  { name: 'rolled_back', cause: bad },
  { name: 'rollback_failed', cause: bad, failure: worse },
  { name: 'failed', failure: bad, wrote: true, noRollback: worse },
  { name: 'superseded', failure: bad, wrote: false },
  { name: 'cancelled', failure: bad },
  { name: 'expired', failure: bad },
];

describe('a deployment is shown', () => {
  test.each(states)('in the state $name as the contract says', (state) => {
    expect(schema.problems(JSON.parse(JSON.stringify(show(state))))).toEqual([]);
  });

  test('with each step as far as it is', () => {
    const statuses = (state: State) => show(state).progress.steps.map(({ status }) => status);

    expect(statuses({ name: 'queued' })).toEqual(['todo', 'todo', 'todo']);
    expect(statuses({ name: 'deploying', step: 1, wrote: true })).toEqual(['done', 'running', 'todo']);
    expect(statuses({ name: 'verifying', stage: 'health', wrote: true })).toEqual(['done', 'done', 'done']);
    expect(statuses({ name: 'rolling_back', step: 0, cause: bad })).toEqual(['running', 'todo']);
    expect(statuses({ name: 'failed', failure: bad, wrote: true })).toEqual(['done', 'failed', 'todo']);
  });

  test('with the first cause as its failure and how the rollback went', () => {
    expect(show({ name: 'rollback_failed', cause: bad, failure: worse })).toMatchObject({
      failure: { code: 'health.degraded' },
      rollback: { outcome: 'failed', failure: { code: 'rollback.version-gone' } },
    });
    expect(show({ name: 'failed', failure: bad, wrote: true, noRollback: worse }).rollback).toMatchObject({
      outcome: 'impossible',
    });
    expect(show({ name: 'failed', failure: bad, wrote: true })).not.toHaveProperty('rollback');
  });

  test('with its place in line only while it is in line', () => {
    expect(show({ name: 'queued' }).queue).toEqual({ ahead: 2 });
    expect(show({ name: 'preparing' })).not.toHaveProperty('queue');
  });
});
