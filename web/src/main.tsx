import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { CallFailed } from './api/call.js';
import { App } from './app.jsx';
import { sessionQuery } from './session/session.js';
import { applyTheme, readTheme } from './shell/theme.js';
import './style/style.css';

applyTheme(readTheme());

/** Whatever path the page was mounted under, without the last slash. */
const base = new URL(document.baseURI).pathname.replace(/\/$/, '');

const client: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // What the API has said no to, it says no to again; a connection may come back.
      retry: (count, error) =>
        count < 3 && error instanceof CallFailed && [0, 502, 503].includes(error.status),
    },
  },
  queryCache: new QueryCache({
    onError(error, { queryKey }) {
      const isOver = error instanceof CallFailed && error.status === 401 && queryKey[0] !== 'session';
      if (isOver) void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  }),
});

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <QueryClientProvider client={client}>
      <Router base={base}>
        <App />
      </Router>
    </QueryClientProvider>,
  );
}
