/** Holds processes that end when this one is gone. */
export interface Leash {
  hold(pid: number): void;
  close(): void;
}

export function createLeash(): Leash;
