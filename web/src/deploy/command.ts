import type { DeployRequest } from '../../../src/shared/contract/deploy-request.js';

/** A deployment as a command for a terminal. It sets no blockers aside: `beanpod` cannot. */
export function commandOf({ service, environment, version, message, retry }: DeployRequest): string {
  const options = Object.entries({ '--message': message, '--retry': retry }).flatMap(([name, value]) =>
    value === undefined ? [] : [name, shellWord(value)],
  );
  return ['beanpod deploy', service, environment, shellWord(version), ...options].join(' ');
}

/** A text as one word of which a shell changes nothing. */
export function shellWord(text: string): string {
  return /^[\w.@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
