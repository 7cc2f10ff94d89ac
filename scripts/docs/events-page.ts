import { EVENTS } from '../../src/shared/domain/events.js';

/** The page of every event of a deployment. */
export function eventsPage(): string {
  const rows = Object.entries(EVENTS).map(([code, { level, sentence }]) => {
    const names = [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => `\`${name}\``);
    return `| \`${code}\` | ${level} | ${names.join(', ') || '–'} | ${sentence.replaceAll('|', '\\|')} |`;
  });
  return `# Events

Generated from \`src/shared/domain/events.ts\` by \`npm run docs\`; do not edit.

Read them with \`GET /v1/deployments/{id}/events\`. Codes and data are stable; sentences may change.

| code | level | data in the sentence | sentence |
|---|---|---|---|
${rows.join('\n')}
`;
}
