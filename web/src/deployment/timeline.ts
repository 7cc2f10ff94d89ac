import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import type { JournalLine } from '../../../src/shared/contract/journal-page.js';

/** The part of a deployment that a step belongs to. */
export type Part = 'wait' | 'prepare' | 'deploy' | 'verify' | 'rollback';

/** One step of a deployment, as its events tell of it. Times are RFC 3339. */
export interface TimelineStep {
  readonly key: string;
  readonly part: Part;
  readonly title: string;
  readonly status: 'todo' | 'running' | 'done' | 'failed';
  readonly from?: string;
  readonly to?: string;
  /** What it last waited for, or why it failed. */
  readonly note?: string;
  /** Line of the log where it begins. */
  readonly line?: number;
}

type Draft = { -readonly [K in keyof TimelineStep]: TimelineStep[K] };

const ENDS: Readonly<Record<string, 'done' | 'failed'>> = {
  'step.done': 'done',
  'stage.passed': 'done',
  'step.failed': 'failed',
  'stage.failed': 'failed',
  'settle.failed': 'failed',
};

/** The steps of a deployment in their order, done, running and to come, from its events and its plan. */
export function timelineOf(
  deployment: DeploymentView,
  events: readonly JournalLine[],
): readonly TimelineStep[] {
  const steps = new Map<string, Draft>();
  for (const event of events) read(event, steps);
  if (deployment.terminal) endOpen(deployment, steps);
  else addPlanned(deployment, steps);
  return [...steps.values()];
}

function read(event: JournalLine, steps: Map<string, Draft>): void {
  const { code = '', at, n, data = {} } = event;
  const begin = (key: string, part: Part, title: string) => {
    if (!steps.has(key)) steps.set(key, { key, part, title, status: 'running', from: at, line: n });
  };
  const end = (key: string, status: 'done' | 'failed', note?: string) => {
    const step = steps.get(key);
    if (!step) return;
    Object.assign(step, { status, to: at });
    if (note !== undefined) step.note = note;
    else delete step.note;
  };
  const key = event.step ?? '';
  switch (code) {
    case 'deployment.accepted':
      return begin('wait', 'wait', 'Wait for its turn');
    case 'deployment.preparing':
      end('wait', 'done');
      return begin('capture', 'prepare', 'Record what runs now');
    case 'baseline.captured':
      return end('capture', 'done');
    case 'deployment.verifying':
      return begin(`verify:${textOf(data, 'stage')}`, 'verify', `Verify ${textOf(data, 'stage')}`);
    case 'deployment.settling':
      return begin('verify:settle', 'verify', 'Clean up behind the new version');
    case 'step.started':
      return begin(key, key.startsWith('back:') ? 'rollback' : 'deploy', textOf(data, 'title'));
    case 'step.waiting':
    case 'stage.waiting': {
      const step = steps.get(key);
      if (step?.status === 'running') step.note = textOf(data, 'because');
      return;
    }
  }
  const status = ENDS[code];
  if (status) end(key, status, status === 'failed' ? textOf(data, 'detail') : undefined);
}

/** What was open when the deployment ended did not get to its own end. */
function endOpen({ state, finishedAt, failure }: DeploymentView, steps: Map<string, Draft>): void {
  for (const step of steps.values()) {
    if (step.status !== 'running') continue;
    step.status = state === 'succeeded' ? 'done' : 'failed';
    if (finishedAt !== undefined) step.to = finishedAt;
    if (step.status === 'failed' && failure) step.note ??= failure.detail;
  }
}

function addPlanned({ state, progress }: DeploymentView, steps: Map<string, Draft>): void {
  const isBack = state === 'rolling_back';
  const [prefix, part] = isBack ? (['back', 'rollback'] as const) : (['forward', 'deploy'] as const);
  for (const { id, title, status } of progress.steps) {
    const key = `${prefix}:${id}`;
    if (status === 'todo' && !steps.has(key)) steps.set(key, { key, part, title, status: 'todo' });
  }
  if (!isBack && state !== 'verifying') {
    steps.set('verify', { key: 'verify', part: 'verify', title: 'Verify', status: 'todo' });
  }
}

function textOf(data: object, name: string): string {
  const value = (data as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : '';
}
