import {
  createRawClient,
  type RawClient,
  type WatchEvent,
} from '../../test/simulators/kubernetes/raw-client.js';

/** Looks out for the first Warning about a pod, beside Beanpod and without its code. */
export interface Lookout {
  /** When the Warning came, by `performance.now()`; `undefined` while there is none. */
  at(): number | undefined;
  close(): Promise<void>;
}

/** Sees Warnings from now on; those from before do not count. Rejects when the cluster refuses to tell. */
export async function lookOut(
  access: Parameters<typeof createRawClient>[0],
  namespace: string,
): Promise<Lookout> {
  const client = createRawClient(access);
  const path = `/api/v1/namespaces/${namespace}/events`;
  const { body, status, text } = await client.get(path);
  if (status !== 200) throw new Error(`GET ${path} was answered ${status}: ${text}`);
  let at: number | undefined;
  let isClosing = false;
  const watching = firstWarning(client, `${path}?watch=true&resourceVersion=${body.metadata.resourceVersion}`)
    .then(() => (at = performance.now()))
    .catch((error: unknown) => {
      if (!isClosing) throw error;
    });
  // Whoever closes it learns of what went wrong; it must not end the demo in the middle of the story.
  watching.catch(() => undefined);
  return {
    at: () => at,
    async close() {
      isClosing = true;
      await client.close();
      await watching;
    },
  };
}

async function firstWarning(client: RawClient, path: string): Promise<void> {
  const { body } = await client.stream(path);
  let rest = '';
  for await (const chunk of body ?? []) {
    const lines = (rest + Buffer.from(chunk as Uint8Array).toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    if (lines.some((line) => isWarning(JSON.parse(line) as WatchEvent))) return;
  }
  throw new Error('The watch of the events ended without a Warning');
}

function isWarning({ object }: WatchEvent): boolean {
  const { kind } = (object['involvedObject'] ?? {}) as { kind?: string };
  return object['type'] === 'Warning' && kind === 'Pod';
}
