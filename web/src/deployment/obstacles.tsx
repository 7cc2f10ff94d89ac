import { Link } from 'wouter';
import type { Explanation } from '../../../src/shared/contract/explanation.js';
import { Ago } from '../elements/time.jsx';

const CLEARS = {
  time: 'clears by itself',
  itself: 'clears by itself',
  operator: 'needs somebody',
} as const;

/** What stands between a deployment and its start, in order, with who or what clears it. */
export function Obstacles({ obstacles }: { readonly obstacles: Explanation['obstacles'] }) {
  return (
    <ol className="obstacles">
      {obstacles.map(({ kind, text, clears, until, deployment, how }) => (
        <li key={`${kind} ${text}`}>
          {deployment === undefined ? text : <Link href={`/deployments/${deployment}`}>{text}</Link>}
          <span className="faint">
            {' '}
            {CLEARS[clears]} {until !== undefined && <Ago at={until} />} {how}
          </span>
        </li>
      ))}
    </ol>
  );
}
