import type { Reads } from './gateway/reads.js';
import type { Writes } from './gateway/writes.js';

export type { EventQuery } from './gateway/reads.js';

/** Elastic Beanstalk in one region, in our words. */
export type Gateway = Reads & Writes;
