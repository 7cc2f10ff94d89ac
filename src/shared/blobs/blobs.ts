import type { Readable } from 'node:stream';

/** Large files by key: bundles, archives. Keys are paths of safe segments without a leading slash. */
export interface Blobs {
  /**
   * Stores what the source yields and answers once it is durable. All or nothing: when the source throws, its error
   * is thrown again and nothing is kept; a reader never sees half a blob. An existing blob is replaced.
   */
  put(
    key: string,
    source: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly size: number; readonly sha256: string }>;
  /** The caller must read the stream to its end or destroy it. */
  get(key: string): Promise<{ readonly size: number; readonly stream: Readable } | undefined>;
  /** Size in bytes, without opening it; undefined when there is none. */
  size(key: string): Promise<number | undefined>;
  /** Removing what is not there is no error. */
  remove(key: string): Promise<void>;
}

const SAFE_KEY = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

/** Throws on a key that could leave the store, such as one with `..`: a defect of the caller. */
export function proveKey(key: string): string {
  if (!SAFE_KEY.test(key)) throw new Error(`Not a key of a blob: ${JSON.stringify(key)}`);
  return key;
}

/** Key of a text that is kept beside the log of a deployment. */
export function attachmentKey(deploymentId: string, name: string): string {
  return proveKey(`attachments/${deploymentId}/${name}`);
}

/** Key of the logs of one instance that were pulled last from a target; the next pull replaces them. */
export function pulledLogsKey(service: string, environment: string, nth: number): string {
  return proveKey(`live-logs/${service}/${environment}/${nth}.zip`);
}

/** Key of what a shell showed. */
export function recordingKey(service: string, environment: string, id: string): string {
  return proveKey(`recordings/${service}/${environment}/${id}.cast`);
}

/** Key of a bundle that was uploaded for a service. */
export function bundleKey(service: string, sha256: string): string {
  return proveKey(`bundles/${service}/${sha256}`);
}
