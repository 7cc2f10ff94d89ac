import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { addressOf, call } from '../api/call.js';
import { useStreamStatus } from '../api/live.jsx';
import { Button, LinkButton } from '../elements/button.jsx';
import { Icon, Mark, type IconName } from '../elements/icon.jsx';
import { useNow } from '../elements/time.jsx';
import { sessionQuery } from '../session/session.js';
import { Help } from './help.jsx';
import { Palette } from './palette.jsx';
import { useTheme } from './use-theme.js';

const PLACES: readonly { readonly href: string; readonly name: string; readonly icon: IconName }[] = [
  { href: '/', name: 'Board', icon: 'board' },
  { href: '/deployments', name: 'Deployments', icon: 'list' },
  { href: '/releases', name: 'Releases', icon: 'layers' },
  { href: '/services', name: 'Services', icon: 'box' },
  { href: '/blockers', name: 'Blockers', icon: 'pause' },
  { href: '/queue', name: 'Queue', icon: 'queued' },
  { href: '/insights', name: 'Insights', icon: 'chart' },
  { href: '/settings', name: 'Settings', icon: 'gear' },
];

/** What surrounds every screen: where one can go, who one is, and whether the page is current. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [location] = useLocation();
  return (
    <div className="shell">
      <a className="skip" href="#screen" onClick={focusScreen}>
        Skip to the content
      </a>
      <header className="side">
        <Link href="/" className="brand">
          <Mark />
          Beanpod
        </Link>
        <LinkButton href="/new" look="main" icon="rocket">
          Deploy
        </LinkButton>
        <nav aria-label="Screens">
          {PLACES.map(({ href, name, icon }) => (
            <Link key={href} href={href} aria-current={isAt(location, href) ? 'page' : undefined}>
              <Icon name={icon} />
              {name}
            </Link>
          ))}
          <a href={addressOf('docs')} target="_blank" rel="noreferrer">
            <Icon name="external" />
            API
          </a>
        </nav>
        <footer>
          <Connection />
          <Palette />
          <Help />
          <ThemeButton />
          <Who />
        </footer>
      </header>
      <main id="screen" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** A link of its own would change the address, which the screen may use for itself. */
function focusScreen(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('screen')?.focus();
}

function isAt(location: string, href: string): boolean {
  return href === '/'
    ? location === '/' || /^\/(targets|environments)/.test(location)
    : location.startsWith(href);
}

function Connection() {
  const status = useStreamStatus();
  const now = useNow();
  if (status.name === 'live') return <span className="connection tone-good">Live</span>;
  if (status.name === 'connecting') return <span className="connection tone-wait">Connecting</span>;
  const seconds = Math.max(1, Math.ceil((status.retryAt - now) / 1_000));
  return (
    <span className="connection tone-warn" role="status">
      Not connected, next try in {seconds} s
    </span>
  );
}

function ThemeButton() {
  const { theme, next, turn } = useTheme();
  const icon = theme === 'auto' ? 'auto' : theme === 'light' ? 'sun' : 'moon';
  return (
    <Button look="quiet" icon={icon} onClick={turn} label={`Theme: ${theme}; press for ${next}`}>
      {''}
    </Button>
  );
}

function Who() {
  const client = useQueryClient();
  const { data: session } = useQuery(sessionQuery);
  const leave = async () => {
    await call('DELETE', 'v1/session');
    await client.resetQueries();
  };
  if (!session) return null;
  return (
    <div className="who">
      <Icon name="person" />
      <span className="who-name" title={session.name}>
        {session.name}
      </span>
      <Button look="quiet" onClick={() => void leave()}>
        Sign out
      </Button>
    </div>
  );
}
