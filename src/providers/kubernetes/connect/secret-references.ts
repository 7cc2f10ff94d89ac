import { readFile, realpath } from 'node:fs/promises';
import { AccessProblem } from './access-problem.js';

/** Where secrets may come from. */
export interface SecretPlaces {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Start that a variable's name must have, so that a target cannot name a secret of the worker itself. */
  readonly variablePrefix: string;
  /** Folder that a file must be in, links followed. */
  readonly folder: string;
}

/**
 * Resolves `env:NAME` and `file:/path` to the value behind it, trimmed at the end. Throws `AccessProblem` that names the
 * reference and never the value.
 */
export function createSecretReferences(places: SecretPlaces): (reference: string) => Promise<string> {
  return async (reference) => {
    const [, kind, rest = ''] = /^(env|file):(.+)$/s.exec(reference) ?? [];
    if (kind === 'env') return variable(places, rest);
    if (kind === 'file') return file(places, rest);
    throw new AccessProblem(`The reference ${reference} is neither env:NAME nor file:/path`);
  };
}

function variable({ environment, variablePrefix }: SecretPlaces, name: string): string {
  if (!name.startsWith(variablePrefix)) {
    throw new AccessProblem(
      `The variable ${name} may not be used; its name must start with ${variablePrefix}`,
    );
  }
  const value = environment[name];
  if (!value) throw new AccessProblem(`The variable ${name} is not set on this worker`);
  return value.trimEnd();
}

async function file({ folder }: SecretPlaces, path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  const root = await realpath(folder).catch(() => undefined);
  if (real === undefined || root === undefined || !real.startsWith(`${root}/`)) {
    throw new AccessProblem(`The file ${path} is not there, or not in ${folder}, on this worker`);
  }
  return (await readFile(real, 'utf8')).trimEnd();
}
