import { QueryObserver, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { deploymentQuery } from '../api/queries.js';
import { Button } from '../elements/button.jsx';
import { lookOf } from '../elements/state.js';

/** Has the browser tell how the deployment ended, whatever is looked at meanwhile. The tab has to stay open. */
export function NotifyButton({ id }: { readonly id: string }) {
  const client = useQueryClient();
  const [said, setSaid] = useState<string>();
  // Browsers offer it to pages over HTTPS and on this machine alone.
  if (!('Notification' in globalThis)) return null;
  const ask = async () => {
    const allowed = (await Notification.requestPermission()) === 'granted';
    if (allowed) notifyOfEnd(client, id);
    setSaid(allowed ? 'You will be notified' : 'The browser does not allow it');
  };
  return (
    <Button look="quiet" icon="info" whyNot={said} onClick={() => void ask()}>
      {said ?? 'Notify me'}
    </Button>
  );
}

function notifyOfEnd(client: QueryClient, id: string): void {
  const stop = new QueryObserver(client, deploymentQuery(id)).subscribe(({ data }) => {
    if (!data?.terminal) return;
    stop();
    const { service, environment, version, state } = data;
    const title = `${service} → ${environment} ${version}`;
    const notification = new Notification(title, { body: lookOf(state).label, tag: id });
    notification.addEventListener('click', () => window.focus());
  });
}
