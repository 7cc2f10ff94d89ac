import type { Blocker } from '../../../src/shared/contract/blocker.js';

const DAYS = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** A rule as a sentence. */
export function sayRule(rule: Blocker['rule']): string {
  switch (rule.type) {
    case 'unconditional':
      return 'Stops everything';
    case 'window':
      return `${rule.open ? 'Open only' : 'Closed'} ${rule.windows.map(sayWindow).join('; ')}`;
    case 'branch':
      return `Stops versions that are not from ${rule.branches.join(', ')}`;
    case 'commit-status':
      return 'Stops versions without a successful commit status';
    case 'concurrent':
      return `Stops while ${rule.atMost} are under way in the environment`;
    case 'single-region':
      return 'Stops while the service is deployed elsewhere in the tier';
  }
}

/** Whom it is about. */
export function sayScope(scope: Blocker['scope']): string {
  const { services, environments, tier } = scope ?? {};
  const parts = [
    services?.join(', '),
    environments && `in ${environments.join(', ')}`,
    tier && `in tier ${tier}`,
  ];
  return parts.filter(Boolean).join(' ') || 'every target';
}

type Window = Extract<Blocker['rule'], { type: 'window' }>['windows'][number];

function sayWindow({ zone, days, dates, from = '00:00', to = '00:00' }: Window): string {
  const when = days === undefined ? 'every day' : sayDays(days);
  const span = dates
    ?.map((each) => `${each.from} to ${each.to}${each.yearly ? ' each year' : ''}`)
    .join(', ');
  return `${span ? `${span}, ` : ''}${when} ${from}–${to} ${zone}`;
}

/** `Monday to Friday, Sunday`; three days in a row and more are a span. */
function sayDays(days: readonly number[]): string {
  const sorted = [...new Set(days)].sort((one, other) => one - other);
  if (sorted.length === 7) return 'every day';
  const spans: number[][] = [];
  for (const day of sorted) {
    const span = spans.at(-1);
    if (span?.at(-1) === day - 1) span.push(day);
    else spans.push([day]);
  }
  return spans
    .map((span) => {
      const names = span.map((day) => DAYS[day]);
      return span.length < 3 ? names.join(', ') : `${names[0]} to ${names.at(-1)}`;
    })
    .join(', ');
}
