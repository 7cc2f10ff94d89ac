import { readFileSync } from 'node:fs';
import { EXIT } from './exit-code.js';
import { Stop } from './stop.js';

/** Environment variables of the process. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Where the API is, without a slash at the end. Throws a `Stop` that says what to set. */
export function apiUrlOf(env: Env, flag: string | undefined): string {
  const said = flag ?? env['BEANPOD_URL'];
  if (said === undefined || said === '')
    throw new Stop(EXIT.invalid, 'No Beanpod is named: set BEANPOD_URL, such as https://beanpod.example.com');
  const url = URL.canParse(said) ? new URL(said) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    throw new Stop(
      EXIT.invalid,
      'BEANPOD_URL is no http or https address, such as https://beanpod.example.com',
    );
  if (url.username !== '' || url.password !== '')
    throw new Stop(EXIT.invalid, 'BEANPOD_URL holds a name or password: put the token into BEANPOD_TOKEN');
  return url.href.replace(/\/+$/, '');
}

/**
 * The access token from BEANPOD_TOKEN or the file that BEANPOD_TOKEN_FILE names; undefined when neither is set. It is
 * never an argument, since other people of a machine see the arguments of processes. Throws a `Stop` for a file that
 * cannot be read.
 */
export function tokenOf(env: Env): string | undefined {
  const direct = env['BEANPOD_TOKEN']?.trim();
  if (direct) return direct;
  const file = env['BEANPOD_TOKEN_FILE'];
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Stop(EXIT.invalid, `The file of BEANPOD_TOKEN_FILE, ${file}, cannot be read: ${why}`);
  }
}
