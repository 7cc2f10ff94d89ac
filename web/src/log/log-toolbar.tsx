import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import { callText } from '../api/call.js';
import { useStreamStatus } from '../api/live.jsx';
import { Button } from '../elements/button.jsx';
import { useNow } from '../elements/time.jsx';
import type { LogState } from './log-lines.js';
import { SearchField, type SearchFieldProps } from './search-field.jsx';
import { useState } from 'react';

interface ToolbarProps {
  readonly deployment: DeploymentView;
  readonly log: LogState;
  readonly search: SearchFieldProps;
  readonly following: boolean;
  readonly onFollow: () => void;
  readonly wrap: boolean;
  readonly onWrap: () => void;
}

/** What one can do with a log, and whether it is still written. */
export function LogToolbar({ deployment, log, search, following, onFollow, wrap, onWrap }: ToolbarProps) {
  return (
    <div className="log-tools" role="toolbar" aria-label="Log">
      <SearchField {...search} />
      <Button
        look="quiet"
        icon="down"
        pressed={following}
        onClick={onFollow}
        whyNot={log.complete ? 'The log is complete' : undefined}
      >
        Follow
      </Button>
      <Button look="quiet" icon="wrap" pressed={wrap} onClick={onWrap}>
        Wrap
      </Button>
      <LogStatus log={log} />
      <WholeLog deployment={deployment} />
    </div>
  );
}

function LogStatus({ log }: { readonly log: LogState }) {
  const status = useStreamStatus();
  const now = useNow();
  const count = `${log.length.toLocaleString('en')} ${log.length === 1 ? 'line' : 'lines'}`;
  let [tone, text] = ['busy', `live · ${count}`];
  if (log.complete) [tone, text] = ['good', `complete · ${count}`];
  else if (status.name === 'retrying')
    [tone, text] = [
      'warn',
      `retrying in ${Math.max(1, Math.ceil((status.retryAt - now) / 1_000))} s · ${count}`,
    ];
  else if (status.name === 'connecting' || !log.opened) [tone, text] = ['wait', 'connecting'];
  return (
    <span className={`log-status tone-${tone}`} role="status">
      {text}
    </span>
  );
}

/** The whole log as text, whatever of it is in the browser. */
function WholeLog({ deployment }: { readonly deployment: DeploymentView }) {
  const [said, setSaid] = useState<string>();
  const fetchWhole = () => callText(`v1/deployments/${deployment.id}/logs`);
  const attempt = (what: () => Promise<string | undefined>) => {
    setSaid('…');
    what().then(setSaid, (error: unknown) => setSaid(error instanceof Error ? error.message : String(error)));
  };
  const copy = () =>
    attempt(async () => {
      await navigator.clipboard.writeText(await (await fetchWhole()).text());
      return 'copied';
    });
  const raw = () => {
    // The window has to open while the click counts, before the text is there.
    const tab = window.open('', '_blank');
    attempt(async () => {
      const address = URL.createObjectURL(await fetchWhole());
      if (tab) tab.location.href = address;
      return tab ? undefined : 'the browser blocked the window';
    });
  };
  const download = () =>
    attempt(async () => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await fetchWhole());
      link.download = `${deployment.service}-${deployment.environment}-${deployment.number}.log`;
      link.click();
      URL.revokeObjectURL(link.href);
      return undefined;
    });
  return (
    <span className="log-whole">
      <span className="faint" role="status">
        {said}
      </span>
      <Button look="quiet" icon="copy" onClick={copy}>
        Copy
      </Button>
      <Button look="quiet" icon="external" onClick={raw}>
        Raw
      </Button>
      <Button look="quiet" icon="download" onClick={download}>
        Download
      </Button>
    </span>
  );
}
