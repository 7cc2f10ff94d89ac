import { EVENTS, TARGET_EVENTS } from '../../src/shared/domain/events.js';

/** The page of every event of a deployment and of a target. */
export function eventsPage(): string {
  return `# Events

Generated from \`src/shared/domain/events.ts\` by \`npm run docs\`; do not edit.

Read those of a deployment with \`GET /v1/deployments/{id}/events\`. Codes and data are stable; sentences may change.

${table(EVENTS)}

## Of a target

What happens to a target between its deployments is told to subscriptions alone, once when it begins and once when it ends.

${table(TARGET_EVENTS)}
`;
}

function table(
  events: Readonly<Record<string, { readonly level: string; readonly sentence: string }>>,
): string {
  const rows = Object.entries(events).map(([code, { level, sentence }]) => {
    const names = [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => `\`${name}\``);
    return `| \`${code}\` | ${level} | ${names.join(', ') || '–'} | ${sentence.replaceAll('|', '\\|')} |`;
  });
  return ['| code | level | data in the sentence | sentence |', '|---|---|---|---|', ...rows].join('\n');
}
