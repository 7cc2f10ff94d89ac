import type { Snapshot } from '../../shared/store/configuration.js';
import { Refusal } from '../refusal.js';

/** Where shells are opened. */
export const SHELL_PATH = '/v1/live/exec';

/** Whether the configuration of an environment allows shells. */
export function allowsShells(
  { environments }: Pick<Snapshot, 'environments'>,
  { environment }: { readonly environment: string },
): boolean {
  return environments.get(environment)?.live?.exec === true;
}

/** Throws a Refusal where shells are not allowed. */
export function proveShells(snapshot: Snapshot, place: { readonly environment: string }): void {
  if (allowsShells(snapshot, place)) return;
  throw new Refusal('live.exec-off', `Environment ${place.environment} does not allow shells`);
}
