import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { PlanView } from '../../../src/shared/contract/plan-view.js';
import { call } from '../api/call.js';
import { Icon } from '../elements/icon.jsx';
import { ProblemNote } from '../elements/note.jsx';

/** What a deployment would do, as a worker says it who looked at the target just now. Nothing is changed for it. */
export function Preview({
  service,
  version,
  environment,
  children,
}: {
  readonly service: string;
  readonly version: string;
  readonly environment: string;
  /** What else there is to know about it. */
  readonly children: ReactNode;
}) {
  const plan = useQuery({
    queryKey: ['plan', service, version, environment],
    queryFn: ({ signal }) =>
      call<PlanView>('POST', 'v1/deployments', {
        body: { service, version, environment, dryRun: true },
        signal,
      }),
    retry: false,
    gcTime: 0,
  });
  return (
    <section className="preview" aria-label={`Preview for ${environment}`}>
      <h3>
        {environment} {plan.isFetching && <Icon name="running" className="turning" />}
      </h3>
      {plan.error && <ProblemNote error={plan.error} />}
      {plan.isPending && !plan.error && <p className="faint">A worker looks at the target …</p>}
      {plan.data && <Plan plan={plan.data} version={version} />}
      {children}
    </section>
  );
}

function Plan({
  plan: { baseline, steps, rollback, lines },
  version,
}: {
  readonly plan: PlanView;
  readonly version: string;
}) {
  return (
    <>
      <p>
        <span className="version">{baseline}</span> <span className="faint">→</span>{' '}
        <strong className="version">{version}</strong>
      </p>
      <ol className="preview-steps">
        {steps.map(({ id, title, writes }) => (
          <li key={id}>
            {title}
            {writes && <span className="tag">changes it</span>}
          </li>
        ))}
      </ol>
      {lines.length > 0 && <pre tabIndex={0}>{lines.join('\n')}</pre>}
      <p className="faint">A rollback would go back to {rollback}.</p>
    </>
  );
}
