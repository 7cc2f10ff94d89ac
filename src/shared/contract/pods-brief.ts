/** How the pods of a target are, in short, as the event `pods` of `/v1/events` tells it. */
export type PodsBrief = {
  readonly service: string;
  readonly environment: string;
} & (
  | { readonly known: true; readonly ready: number; readonly desired: number }
  /** The cluster, or the way to it, is not to be reached: what was told before counts no more. */
  | { readonly known: false; readonly because: string }
);
