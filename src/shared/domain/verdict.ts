/**
 * How a platform speaks of what runs. `unknown` is no kind of health: not seeing an instance is worse news than
 * seeing it fail, and never a success.
 */
export type Verdict = 'healthy' | 'progressing' | 'degraded' | 'unknown';
