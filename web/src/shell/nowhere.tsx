import { Link } from 'wouter';
import { Empty } from '../elements/note.jsx';
import { useTab } from './tab.js';

/** For addresses that the page does not know. */
export function Nowhere() {
  useTab('Nothing here');
  return (
    <Empty title="There is nothing at this address">
      <p>
        Go to the <Link href="/">board</Link> or to the <Link href="/deployments">deployments</Link>.
      </p>
    </Empty>
  );
}
