import { Icon, type IconName } from '../elements/icon.jsx';
import { Span } from '../elements/time.jsx';
import type { Part, TimelineStep } from './timeline.js';

const PARTS: Readonly<Record<Part, string>> = {
  wait: 'Queue',
  prepare: 'Prepare',
  deploy: 'Deploy',
  verify: 'Verify',
  rollback: 'Roll back',
};

const ICONS: Readonly<Record<TimelineStep['status'], IconName>> = {
  todo: 'queued',
  running: 'running',
  done: 'check',
  failed: 'cross',
};

/** The steps with how long each took. A step that failed says why, in its own place. */
export function StepsPanel({
  steps,
  onPick,
}: {
  readonly steps: readonly TimelineStep[];
  /** Is told the line of the log where the step begins. */
  readonly onPick: (line: number) => void;
}) {
  const longest = Math.max(1, ...steps.map(spanOf));
  return (
    <ol className="steps" aria-label="Steps">
      {steps.map((step, index) => (
        <li key={step.key} className={`step is-${step.status}`}>
          <span className="step-part">{steps[index - 1]?.part === step.part ? '' : PARTS[step.part]}</span>
          <Icon name={ICONS[step.status]} className={step.status === 'running' ? 'turning' : ''} />
          <span className="step-body">
            <StepTitle step={step} onPick={onPick} />
            {step.note && step.status !== 'done' && <span className="step-note">{step.note}</span>}
          </span>
          <span className="step-bar" aria-hidden="true">
            <span style={{ inlineSize: `${Math.max(1, (100 * spanOf(step)) / longest)}%` }} />
          </span>
          <span className="step-span">{step.from && <Span from={step.from} to={step.to} />}</span>
        </li>
      ))}
    </ol>
  );
}

function StepTitle({
  step,
  onPick,
}: {
  readonly step: TimelineStep;
  readonly onPick: (line: number) => void;
}) {
  const { line, title, status } = step;
  const said = <span className="unseen">{`, ${status === 'todo' ? 'to come' : status}`}</span>;
  if (line === undefined) {
    return (
      <span className="step-title">
        {title}
        {said}
      </span>
    );
  }
  return (
    <button type="button" className="step-title link" onClick={() => onPick(line)} title="Show it in the log">
      {title}
      {said}
    </button>
  );
}

function spanOf({ from, to }: TimelineStep): number {
  return from !== undefined && to !== undefined ? Date.parse(to) - Date.parse(from) : 0;
}
