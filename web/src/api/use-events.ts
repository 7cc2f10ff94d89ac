import { useEffect, useRef, useState } from 'react';
import { readEvents, type Connection, type EventReader } from './read-events.js';

/** What a connection of its own tells, by the name of the event. */
export type Heard = Readonly<Record<string, (data: unknown) => void>>;

/** Follows one address of server-sent events for as long as it is shown; see `readEvents`. */
export function useEvents(path: string, heard: Heard): Connection {
  const [connection, setConnection] = useState<Connection>({ name: 'connecting' });
  const latest = useRef(heard);
  latest.current = heard;
  useEffect(() => {
    const leaving = new AbortController();
    setConnection({ name: 'connecting' });
    const reader: EventReader = {
      told: setConnection,
      heard: ({ event = 'message', data }) => {
        if (Object.hasOwn(latest.current, event)) latest.current[event]?.(JSON.parse(data));
      },
    };
    void readEvents(path, reader, leaving.signal);
    return () => leaving.abort();
  }, [path]);
  return connection;
}
