/** A Redis of this run. `close` stops it when this run started it. */
export interface FoundRedis {
  readonly url: string;
  readonly origin: string;
  close(): Promise<void>;
}

export function findRedis(folder: string, env?: NodeJS.ProcessEnv): Promise<FoundRedis>;
export function onPath(programs: readonly string[], env?: NodeJS.ProcessEnv): string | undefined;
export function freePort(preferred?: number): Promise<number>;
