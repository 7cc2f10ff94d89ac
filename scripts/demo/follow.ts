import { setTimeout as pause } from 'node:timers/promises';

import type { DeploymentView } from '../../src/shared/contract/deployment-view.js';
import type { JournalLine, JournalPage } from '../../src/shared/contract/journal-page.js';
import { ENDED_NAMES, LIVE_NAMES } from '../../src/shared/domain/state.js';
import type { Client } from './client.js';
import { say, type Style } from './screen.js';

/** A deployment of the demo that has not ended after this time never will. */
const limitMs = 120_000;

/** What became of a deployment, with everything its log says. */
export interface Followed {
  readonly view: DeploymentView;
  readonly log: string;
  /** When the log said that the version is bad, by `performance.now()`; late by one look at the log at most. */
  readonly rollingBackAt?: number;
}

/** Prints the log of a deployment while it is written, state changes first of all, until the deployment has ended. */
export async function follow(client: Client, id: string): Promise<Followed> {
  const until = performance.now() + limitMs;
  const log: string[] = [];
  let [after, last] = [0, ''];
  let rollingBackAt: number | undefined;
  while (performance.now() < until) {
    const page = await client.call<JournalPage>('GET', `/v1/deployments/${id}/logs?after=${after}&limit=500`);
    for (const line of page.lines) {
      log.push(line.text);
      if (line.code === 'deployment.rolling_back') rollingBackAt ??= performance.now();
      if (isWorthASight(line) && line.text !== last) print(line);
      last = line.text;
    }
    after = page.next;
    if (page.complete) {
      const view = await client.call<DeploymentView>('GET', `/v1/deployments/${id}`);
      return { view, log: log.join('\n'), ...(rollingBackAt !== undefined && { rollingBackAt }) };
    }
    await pause(200);
  }
  throw new Error(
    `Deployment ${id} has not ended after ${limitMs / 60_000} minutes. Last line of its log: ${last}`,
  );
}

const states: readonly string[] = [...LIVE_NAMES, ...ENDED_NAMES];
const loud: Record<JournalLine['level'], readonly Style[]> = {
  debug: ['dim'],
  info: [],
  warn: ['yellow'],
  error: ['red'],
};

/** The whole log is one call away; on the screen, the lines of an instance's own logs count where they say what broke. */
function isWorthASight({ level, kind, code, text }: JournalLine): boolean {
  if (level === 'debug' || code === 'step.done') return false;
  return kind === 'event' || !/^\s{2}/.test(text) || /error|fail|fatal|not exist|giving up/i.test(text);
}

function print(line: JournalLine): void {
  const state = /^deployment\.(\w+)$/.exec(line.code ?? '')?.[1] ?? '';
  const text = line.text.trimEnd();
  if (states.includes(state)) say(`● ${state.padEnd(12)} ${text}`, 'bold', ...colourOf(state));
  else if (line.kind === 'event') say(`  ${text}`, ...loud[line.level]);
  else say(`    ${text}`, ...(line.level === 'info' ? (['dim'] as const) : loud[line.level]));
}

function colourOf(state: string): readonly Style[] {
  if (state === 'succeeded') return ['green'];
  if (state === 'rolling_back' || state === 'rolled_back') return ['yellow'];
  return ENDED_NAMES.some((name) => name === state) ? ['red'] : ['cyan'];
}
