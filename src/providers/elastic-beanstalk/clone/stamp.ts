import type { Environment } from '../environment.js';
import type { Gateway } from '../gateway.js';

/** Tag of every environment that is made for a clone; its value is the stamp of that clone. */
export const STAMP_TAG = 'beanpod:clone';

/** Whether an environment was made for the clone with this stamp. */
export async function isStamped(
  eb: Pick<Gateway, 'tag'>,
  { arn }: Pick<Environment, 'arn'>,
  stamp: string,
  signal: AbortSignal,
): Promise<boolean> {
  return (await eb.tag(arn, STAMP_TAG, signal)) === stamp;
}

/** What to say of an environment that is in the way of a clone. */
export function notOurs(name: string): string {
  return `${name} shows no tag ${STAMP_TAG} of this clone, so it may be somebody else's; it was left alone.`;
}
