import type { DeploymentView } from '../shared/contract/deployment-view.js';
import type { JournalLine } from '../shared/contract/journal-page.js';
import { clockOf } from './duration.js';
import { harmless, type Screen, type Style } from './screen.js';

type Styled = Pick<Screen, 'styled'>;

const LOUD: Record<JournalLine['level'], readonly Style[]> = {
  debug: ['dim'],
  info: [],
  warn: ['yellow'],
  error: ['red'],
};

/** A line of a journal as the API's own text has it, `HH:MM:SS.mmm [step] text` in UTC, coloured by its level and by itself. */
export function showLine(
  { at, step, text, level }: JournalLine,
  { styled, said }: Pick<Screen, 'styled' | 'said'>,
): string {
  const time = styled(at.slice(11, 23), 'dim');
  const where = step === undefined ? '' : `${styled(`[${step}]`, 'dim')} `;
  return `${time} ${where}${styled(said(text.trimEnd()), ...LOUD[level])}`;
}

const MARKS = { done: '✔', running: '●', failed: '✖', todo: '○' } as const;
const STEP_STYLES = {
  done: ['green'],
  running: ['cyan'],
  failed: ['red'],
  todo: ['dim'],
} as const satisfies Record<keyof typeof MARKS, readonly Style[]>;

/** Where a deployment is, with every step of its plan. `now` is milliseconds since the epoch. */
export function showProgress(view: DeploymentView, now: number, screen: Styled): readonly string[] {
  const { styled } = screen;
  const until = view.finishedAt === undefined ? now : Date.parse(view.finishedAt);
  const clock = clockOf(until - Date.parse(view.acceptedAt));
  const stage = view.stage === undefined ? '' : ` (${view.stage})`;
  const state = styled(`${view.state}${stage}`, 'bold', ...styleOf(view));
  const head = `${styled(placeOf(view), 'bold')} ${view.version}  ${state}  ${styled(clock, 'dim')}`;
  const steps = view.progress.steps.map(
    ({ title, status }) => `  ${styled(MARKS[status], ...STEP_STYLES[status])} ${harmless(title)}`,
  );
  return [head, ...steps, ...waitingOf(view).map((text) => `  ${styled(text, 'yellow')}`)];
}

function waitingOf({ queue, held = [] }: DeploymentView): readonly string[] {
  const before = queue === undefined || queue.ahead === 0 ? [] : [`${queue.ahead} before it on the target`];
  return [...before, ...held.map(({ text }) => harmless(text))];
}

/** How a deployment ended, or where it is, with the reason and what to do about it. */
export function showEnd(view: DeploymentView, { styled }: Styled): string {
  const { state, failure, unsettled, rollback, number } = view;
  const words = [
    `${styled(state, 'bold', ...styleOf(view))}: ${view.version} on ${placeOf(view)}, deployment ${number} (${view.id})`,
  ];
  if (failure)
    words.push(`  ${harmless(`${failure.title}: ${failure.detail}`)}`, `  ${harmless(failure.hint)}`);
  if (unsettled)
    words.push(`  Not cleaned up: ${harmless(unsettled.detail)}`, `  ${harmless(unsettled.hint)}`);
  if (rollback?.outcome === 'done')
    words.push(`  What ran before runs again: ${harmless(view.baseline ?? 'the baseline')}`);
  if (rollback?.failure)
    words.push(
      `  Rollback ${rollback.outcome}: ${harmless(`${rollback.failure.title}: ${rollback.failure.detail}`)}`,
      `  ${harmless(rollback.failure.hint)}`,
    );
  return words.join('\n');
}

/** Colour of a state. */
export function styleOf({ state }: Pick<DeploymentView, 'state'>): readonly Style[] {
  switch (state) {
    case 'succeeded':
      return ['green'];
    case 'rolling_back':
    case 'rolled_back':
    case 'held':
      return ['yellow'];
    case 'queued':
    case 'preparing':
    case 'deploying':
    case 'verifying':
      return ['cyan'];
    case 'cancelled':
    case 'superseded':
      return ['dim'];
    case 'failed':
    case 'expired':
    case 'rollback_failed':
      return ['red'];
  }
}

/** `service/environment`. */
export function placeOf({ service, environment }: Pick<DeploymentView, 'service' | 'environment'>): string {
  return `${service}/${environment}`;
}

/** Columns as wide as their widest cell, two spaces apart; nothing trails. */
export function showTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
