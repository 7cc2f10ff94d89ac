import { useId } from 'react';
import { Button } from '../elements/button.jsx';
import { Field } from '../elements/field.jsx';
import { Tick } from '../elements/tick.jsx';
import { newWindow, type WindowDraft } from './draft.js';

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')];

/** Recurring hours, as many as are wanted. */
export function WindowFields({
  windows,
  onChange,
}: {
  readonly windows: readonly WindowDraft[];
  readonly onChange: (windows: readonly WindowDraft[]) => void;
}) {
  const zones = useId();
  return (
    <>
      {windows.map((each, at) => (
        <fieldset key={at} className="window">
          <legend>Hours{windows.length > 1 && ` ${at + 1}`}</legend>
          <OneWindow
            window={each}
            zones={zones}
            onChange={(next) => onChange(windows.map((old, index) => (index === at ? next : old)))}
          />
          {windows.length > 1 && (
            <Button look="quiet" onClick={() => onChange(windows.filter((_, index) => index !== at))}>
              Take these hours away
            </Button>
          )}
        </fieldset>
      ))}
      <datalist id={zones}>
        {ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <div>
        <Button look="quiet" icon="plus" onClick={() => onChange([...windows, newWindow()])}>
          More hours
        </Button>
      </div>
    </>
  );
}

function OneWindow({
  window,
  zones,
  onChange,
}: {
  readonly window: WindowDraft;
  /** Id of the list of zones. */
  readonly zones: string;
  readonly onChange: (next: WindowDraft) => void;
}) {
  const { zone, days, from, to, dates } = window;
  const turn = (day: number, isOn: boolean) =>
    onChange({ ...window, days: isOn ? [...days, day] : days.filter((each) => each !== day) });
  return (
    <>
      <div className="window-days" role="group" aria-label="Days of the week; none means every day">
        {DAYS.map((name, index) => (
          <Tick key={name} checked={days.includes(index + 1)} onChange={(isOn) => turn(index + 1, isOn)}>
            {name}
          </Tick>
        ))}
      </div>
      <div className="field-row">
        <Field label="From">
          <input
            type="time"
            required
            value={from}
            onChange={({ target }) => onChange({ ...window, from: target.value })}
          />
        </Field>
        <Field label="To">
          <input
            type="time"
            required
            value={to}
            onChange={({ target }) => onChange({ ...window, to: target.value })}
          />
        </Field>
        <Field label="Time zone">
          <input
            list={zones}
            required
            value={zone}
            onChange={({ target }) => onChange({ ...window, zone: target.value })}
          />
        </Field>
      </div>
      <p className="faint">{sayEnd(from, to)}</p>
      <Field label="Only on these dates" hint="Optional, one span a line: 2026-12-20 to 2027-01-02 yearly">
        <textarea
          rows={dates === '' ? 1 : 3}
          value={dates}
          onChange={({ target }) => onChange({ ...window, dates: target.value })}
        />
      </Field>
    </>
  );
}

function sayEnd(from: string, to: string): string {
  if (from === to) return 'The whole day.';
  return to < from ? 'Ends on the next day.' : 'Ends on the same day.';
}
