import { SETTINGS, type Setting } from '../../src/shared/config/settings.js';

/** The page of every setting. */
export function configurationPage(): string {
  const rows = Object.entries(SETTINGS).map(([name, setting]) => rowOf(name, setting));
  return `# Configuration

Generated from \`src/shared/config/settings.ts\` by \`npm run docs\`; do not edit.

A setting is read from its environment variable, else from the YAML file that \`BEANPOD_CONFIG\` names, under its name
there, else the default holds. \`X_FILE\` names a file that holds the value of \`X\`, as Docker and Kubernetes mount
secrets. Lists are separated by commas in variables, or JSON where a row says so, and are lists in YAML. All problems are reported at once, and the
process ends with code 78.

| variable | name in YAML | default | what |
|---|---|---|---|
${rows.join('\n')}
`;
}

function rowOf(name: string, { env, schema, standard, secret }: Setting): string {
  const { description = '', enum: words } = schema as { description?: string; enum?: readonly string[] };
  const choice = words ? `: ${words.map((word) => `\`${word}\``).join(', ')}` : '';
  return `| \`${env}\` | \`${name}\` | ${textOf(standard)} | ${description}${choice}${secret ? '. Secret' : ''} |`;
}

function textOf(standard: unknown): string {
  if (standard === undefined) return '–';
  if (Array.isArray(standard)) return 'empty';
  return `\`${typeof standard === 'string' ? standard : JSON.stringify(standard)}\``;
}
