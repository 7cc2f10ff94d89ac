import { readFile, realpath, stat } from 'node:fs/promises';
import { found, never, type Reading } from './reading.js';

/** Start that a variable's name must have, so that a target cannot name a secret of the worker itself. */
const VARIABLE_PREFIX = 'BEANPOD_SECRET_';

/** Largest file that is read, in bytes. */
const MOST_BYTES = 256 * 1024;

/** What references may name on the worker itself. */
export interface LocalPlaces {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Folder that a file must be in, links followed. */
  readonly folder: string;
}

/** The value of a variable of this process, without white space at its end. */
export function readVariable({ variables }: LocalPlaces, name: string): Reading<string> {
  if (!name.startsWith(VARIABLE_PREFIX))
    return never(
      'secrets.denied',
      `The variable ${name} may not be used; its name must start with ${VARIABLE_PREFIX}`,
    );
  const value = variables[name]?.trimEnd();
  return value ? found(value) : never('secrets.missing', `The variable ${name} is not set on this worker`);
}

/** The content of a file, without white space at its end. Read anew each time, as mounted secrets change. */
export async function readLocalFile({ folder }: LocalPlaces, path: string): Promise<Reading<string>> {
  try {
    const [real, root] = await Promise.all([realpath(path), realpath(folder)]);
    if (!real.startsWith(`${root}/`)) return nowhere(path, folder);
    const { size } = await stat(real);
    if (size > MOST_BYTES)
      return never(
        'secrets.missing',
        `The file ${path} has ${size} bytes, of which ${MOST_BYTES} can be read`,
      );
    const value = (await readFile(real, 'utf8')).trimEnd();
    return value ? found(value) : never('secrets.missing', `The file ${path} is empty on this worker`);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'EACCES') return never('secrets.denied', `The file ${path} may not be read by this worker`);
    return nowhere(path, folder);
  }
}

function nowhere(path: string, folder: string): Reading<string> {
  return never('secrets.missing', `The file ${path} is not there, or not in ${folder}, on this worker`);
}
