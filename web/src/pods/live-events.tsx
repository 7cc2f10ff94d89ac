import type { LiveEvent } from '../../../src/shared/contract/live-pods.js';
import { Ago } from '../elements/time.jsx';

/** What the cluster said about workloads and pods lately, newest first. */
export function LiveEvents({ events }: { readonly events: readonly LiveEvent[] }) {
  if (events.length === 0) return null;
  return (
    <section className="panel live-events" aria-label="Events of the cluster">
      <h2>Events</h2>
      <div className="live-event-list" tabIndex={0} role="region" aria-label="Events, newest first">
        {events.map(({ at, type, reason, message, count, about }) => (
          <div key={`${about.kind}/${about.name} ${reason} ${message}`} className="live-event">
            <span className="faint">
              <Ago at={at} />
            </span>
            <span className={`badge tone-${type === 'Warning' ? 'warn' : 'calm'}`}>{reason}</span>
            <span className="faint">
              {about.kind} {about.name}
            </span>
            <span>
              {message}
              {count > 1 && <span className="faint"> ({count} times)</span>}
            </span>
          </div>
        ))}
      </div>
    </section>
  );
}
