import { useEffect, useRef, useState } from 'react';
import { addressOf, call } from './call.js';

/** What a connection of its own tells, by the name of the event. */
export type Heard = Readonly<Record<string, (data: unknown) => void>>;

/** How such a connection is; `refused` with the reason when the API said no. */
export type Connection =
  | { readonly name: 'connecting' | 'live' | 'retrying' }
  | { readonly name: 'refused'; readonly error: unknown };

/**
 * Follows one address of server-sent events for as long as it is shown. The browser comes back by itself and says what
 * it had; only after a refusal it does not.
 */
export function useEvents(address: string, heard: Heard): Connection {
  const [connection, setConnection] = useState<Connection>({ name: 'connecting' });
  const latest = useRef(heard);
  latest.current = heard;
  const names = Object.keys(heard).join(' ');
  useEffect(() => {
    const source = new EventSource(addressOf(address));
    source.addEventListener('open', () => setConnection({ name: 'live' }));
    for (const name of names.split(' '))
      source.addEventListener(name, (event: MessageEvent<string>) =>
        latest.current[name]?.(JSON.parse(event.data)),
      );
    source.addEventListener('error', () => {
      if (source.readyState !== EventSource.CLOSED) setConnection({ name: 'retrying' });
      // An EventSource does not tell why it was refused; the same request by other means does.
      else
        call('GET', address).then(undefined, (error: unknown) => setConnection({ name: 'refused', error }));
    });
    return () => source.close();
  }, [address, names]);
  return connection;
}
