import { FAILURES } from '../../src/shared/domain/failures.js';

/** The page of every failure that a deployment can end with. */
export function failuresPage(): string {
  const rows = Object.entries(FAILURES).map(
    ([code, { title, blame, hint }]) => `| \`${code}\` | ${blame} | ${title} | ${hint} |`,
  );
  return `# Failures

Generated from \`src/shared/domain/failures.ts\` by \`npm run docs\`; do not edit.

A deployment that did not succeed carries one of these. Codes are stable; titles and hints may change. The second
column says who has to act: \`request\` who asked, \`release\` who made the version, \`platform\` who runs the cloud,
\`operator\` who runs Beanpod.

| code | who acts | what happened | what to do |
|---|---|---|---|
${rows.join('\n')}
`;
}
