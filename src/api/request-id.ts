import { randomBytes } from 'node:crypto';

const SAFE = /^[A-Za-z0-9._~+/=:-]{1,128}$/;
const process = randomBytes(6).toString('hex');
let count = 0;

/** The id that a caller gave a request, when it is safe to repeat, or a new one, unique among all processes. */
export function requestIdOf(given: string | undefined): string {
  if (given !== undefined && SAFE.test(given)) return given;
  count += 1;
  return `${process}-${count.toString(36)}`;
}
