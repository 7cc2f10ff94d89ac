import { useQueryClient } from '@tanstack/react-query';
import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { createChanges } from './changes.js';
import { createStream, type Stream, type StreamStatus } from './stream.js';

const StreamContext = createContext<Stream | undefined>(undefined);

/** Keeps everything below it current for as long as it is shown. */
export function Live({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const [stream] = useState(() => {
    const changes = createChanges(client);
    return createStream({
      reset: () => void changes.reset(),
      deployment: changes.take,
      operation: changes.operation,
      pods: changes.pods,
      lost: () => void changes.lost(),
    });
  });
  useEffect(() => {
    stream.open();
    return stream.close;
  }, [stream]);
  return <StreamContext value={stream}>{children}</StreamContext>;
}

/** The connection of this tab. */
export function useStream(): Stream {
  const stream = use(StreamContext);
  if (!stream) throw new Error('useStream is called outside of Live');
  return stream;
}

/** How the connection is, always current. */
export function useStreamStatus(): StreamStatus {
  const stream = useStream();
  return useSyncExternalStore(stream.subscribe, stream.status);
}
