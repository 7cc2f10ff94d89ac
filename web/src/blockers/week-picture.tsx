import { useQuery } from '@tanstack/react-query';
import type { WindowsView } from '../../../src/shared/contract/blocker-check.js';
import { Shown } from '../elements/shown.jsx';
import { useNow } from '../elements/time.jsx';
import { BlockedNotes } from './blocked-notes.jsx';
import { windowsQuery } from './blocker-queries.js';
import { ownZone } from './draft.js';
import { partOfToday, weekOf, type Day } from './week.js';

const HOURS = [0, 6, 12, 18, 24];

/** The closed hours of a target for a week, drawn by the clock of this place and told in words. */
export function WeekPicture({
  service,
  environment,
}: {
  readonly service: string;
  readonly environment: string;
}) {
  // The seventh day ends up to a day after seven days from now.
  const windows = useQuery(windowsQuery(service, environment, 8));
  return (
    <section className="panel week" aria-label="Closed hours">
      <h2>
        Closed hours of the next seven days <span className="faint">by the clock of {ownZone()}</span>
      </h2>
      <Shown query={windows} rows={7}>
        {(found) => <Week windows={found} />}
      </Shown>
    </section>
  );
}

function Week({ windows: { closed, other } }: { readonly windows: WindowsView }) {
  const now = useNow();
  const days = weekOf(closed, now);
  return (
    <>
      <BlockedNotes blocked={other} held="Held now" refused="Refused now" />
      <div className="week-days" aria-hidden="true">
        <span />
        <span className="week-hours faint">
          {HOURS.map((hour) => (
            <span key={hour}>{hour}</span>
          ))}
        </span>
        {days.map((day, index) => (
          <DayRow key={day.start} day={day} gone={index === 0 ? partOfToday(now) : 0} />
        ))}
      </div>
      {closed.length === 0 ? (
        <p className="pick-empty">No hour is closed by the clock.</p>
      ) : (
        <ul className="week-words">
          {closed.map(({ blocker, from, to }) => (
            <li key={`${blocker} ${from}`}>
              <strong>{blocker}</strong> {spellMoment(from)} – {spellMoment(to)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function DayRow({ day: { start, closed }, gone }: { readonly day: Day; readonly gone: number }) {
  const name = new Date(start).toLocaleDateString('en', { weekday: 'short', day: 'numeric', month: 'short' });
  return (
    <>
      <span className="week-day">{name}</span>
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" focusable="false">
        <rect className="week-open" x={0} y={0} width={100} height={10} />
        {closed.map(({ blocker, from, to }) => (
          <rect
            key={`${blocker} ${from}`}
            className="week-closed"
            x={from * 100}
            y={0}
            width={(to - from) * 100}
            height={10}
          >
            <title>{blocker}</title>
          </rect>
        ))}
        {[25, 50, 75].map((x) => (
          <rect key={x} className="week-line" x={x} y={0} width={0.12} height={10} />
        ))}
        {gone > 0 && <rect className="week-gone" x={0} y={0} width={gone * 100} height={10} />}
      </svg>
    </>
  );
}

/** Day and time of this place. */
function spellMoment(at: string): string {
  const time = new Date(at);
  const day = time.toLocaleDateString('en', { weekday: 'short', day: 'numeric', month: 'short' });
  return `${day} ${time.toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })}`;
}
