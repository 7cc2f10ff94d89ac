import type { Blocker } from '../../../src/shared/contract/blocker.js';
import { listOf } from '../elements/list-of.js';

type Rule = Blocker['rule'];
type Window = Extract<Rule, { type: 'window' }>['windows'][number];

/** The API takes hours without it as hours from or to midnight, and refuses it at both ends. */
const MIDNIGHT = '00:00';

/** A blocker as fields of a form hold it: lists are texts with commas, times are those of this place. */
export interface Draft {
  readonly type: Rule['type'];
  readonly open: boolean;
  readonly windows: readonly WindowDraft[];
  readonly branches: string;
  readonly atMost: string;
  readonly exceptServices: string;
  readonly exceptEnvironments: string;
  readonly services: string;
  readonly environments: string;
  readonly tier: string;
  readonly reason: string;
  readonly mode: 'hold' | 'reject';
  readonly enabled: boolean;
  readonly expiresAt: string;
  readonly exempt: string;
}

/** Recurring hours as fields hold them; `dates` has one span a line: `2026-12-20 to 2027-01-02 yearly`. */
export interface WindowDraft {
  readonly zone: string;
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
  readonly dates: string;
}

/** Hours to begin with: Friday afternoon and evening, by the clocks of this place. */
export function newWindow(): WindowDraft {
  return { zone: ownZone(), days: [5], from: '15:00', to: MIDNIGHT, dates: '' };
}

/** Fills a form. */
export function draftOf({ rule, scope, reason, mode, enabled, expiresAt, exempt }: Blocker): Draft {
  return {
    ...ruleDraftOf(rule),
    services: textOf(scope?.services),
    environments: textOf(scope?.environments),
    tier: scope?.tier ?? '',
    reason: reason ?? '',
    mode: mode ?? 'hold',
    enabled: enabled ?? true,
    expiresAt: expiresAt === undefined ? '' : localTimeOf(expiresAt),
    exempt: textOf(exempt),
  };
}

function ruleDraftOf(rule: Rule) {
  const isExcepting = rule.type === 'unconditional' || rule.type === 'concurrent';
  return {
    type: rule.type,
    open: rule.type === 'window' && rule.open === true,
    windows: rule.type === 'window' ? rule.windows.map(windowDraftOf) : [newWindow()],
    branches: rule.type === 'branch' ? textOf(rule.branches) : 'main',
    atMost: rule.type === 'concurrent' ? String(rule.atMost) : '1',
    exceptServices: isExcepting ? textOf(rule.exceptServices) : '',
    exceptEnvironments: rule.type === 'unconditional' ? textOf(rule.exceptEnvironments) : '',
  };
}

/** Reads a form. What is not valid goes to the API as it is, which names every place that is wrong. */
export function blockerOf(draft: Draft): Blocker {
  const scope = {
    ...listed('services', draft.services),
    ...listed('environments', draft.environments),
    ...said('tier', draft.tier),
  };
  return {
    rule: ruleOf(draft),
    ...(Object.keys(scope).length > 0 && { scope }),
    ...said('reason', draft.reason),
    mode: draft.mode,
    enabled: draft.enabled,
    ...(draft.expiresAt !== '' && { expiresAt: new Date(draft.expiresAt).toISOString() }),
    ...listed('exempt', draft.exempt),
  };
}

function ruleOf(draft: Draft): Rule {
  const { type } = draft;
  switch (type) {
    case 'unconditional':
      return {
        type,
        ...listed('exceptServices', draft.exceptServices),
        ...listed('exceptEnvironments', draft.exceptEnvironments),
      };
    case 'window':
      return { type, windows: draft.windows.map(windowOf), ...(draft.open && { open: true }) };
    case 'branch':
      return { type, branches: listOf(draft.branches) };
    case 'concurrent':
      return { type, atMost: Number(draft.atMost), ...listed('exceptServices', draft.exceptServices) };
    case 'commit-status':
    case 'single-region':
      return { type };
  }
}

function windowDraftOf({ zone, days = [], from = MIDNIGHT, to = MIDNIGHT, dates = [] }: Window): WindowDraft {
  const lines = dates.map((span) => `${span.from} to ${span.to}${span.yearly ? ' yearly' : ''}`);
  return { zone, days, from, to, dates: lines.join('\n') };
}

function windowOf({ zone, days, from, to, dates }: WindowDraft): Window {
  const lines = dates.split('\n').filter((line) => line.trim() !== '');
  const spans = lines.map((line) => {
    const [first = '', , last = first, yearly] = line.trim().split(/\s+/);
    return { from: first, to: last, ...(yearly === 'yearly' && { yearly: true }) };
  });
  return {
    zone: zone.trim(),
    ...(days.length > 0 && { days: [...days].sort((one, other) => one - other) }),
    ...(spans.length > 0 && { dates: spans }),
    ...(from !== MIDNIGHT && { from }),
    ...(to !== MIDNIGHT && { to }),
  };
}

/** Zone of the clock of this browser. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function localTimeOf(at: string): string {
  const time = new Date(at);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function textOf(names: readonly string[] = []): string {
  return names.join(', ');
}

function listed<K extends string>(key: K, text: string): Partial<Record<K, string[]>> {
  const names = listOf(text);
  return names.length === 0 ? {} : ({ [key]: names } as Record<K, string[]>);
}

function said<K extends string>(key: K, text: string): Partial<Record<K, string>> {
  return text.trim() === '' ? {} : ({ [key]: text.trim() } as Record<K, string>);
}
