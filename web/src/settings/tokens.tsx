import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { NewToken, TokenView } from '../../../src/shared/contract/token.js';
import { call } from '../api/call.js';
import { Button } from '../elements/button.jsx';
import { CopyButton } from '../elements/copy.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { Empty, Note, ProblemNote } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { Ago } from '../elements/time.jsx';
import { TokenForm } from './token-form.jsx';

type Created = TokenView & { readonly token: string };

const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => call<{ items: readonly TokenView[] }>('GET', 'v1/tokens', { signal }),
});

/** Access tokens: a new one is shown once, an old one can be removed. */
export function Tokens() {
  const client = useQueryClient();
  const tokens = useQuery(tokensQuery);
  const [open, setOpen] = useState(false);
  const [removing, setRemoving] = useState<TokenView>();
  const again = () => void client.invalidateQueries(tokensQuery);
  const create = useMutation({
    mutationFn: (body: NewToken) => call<Created>('POST', 'v1/tokens', { body }),
    onSuccess() {
      setOpen(false);
      again();
    },
  });
  return (
    <>
      <div className="filters">
        <Button icon="plus" onClick={() => setOpen(true)}>
          New token
        </Button>
      </div>
      {create.data && <Fresh created={create.data} />}
      <Shown query={tokens} rows={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="There is no token yet">
              <p>CI and scripts call the API with one.</p>
            </Empty>
          ) : (
            <div className="rows">
              {items.map((token) => (
                <TokenRow key={token.id} token={token} onRemove={() => setRemoving(token)} />
              ))}
            </div>
          )
        }
      </Shown>
      {open && (
        <Dialog title="New token" onClose={() => setOpen(false)}>
          <TokenForm onSubmit={create.mutate} error={create.error} />
        </Dialog>
      )}
      {removing && (
        <RemoveDialog
          token={removing}
          onClose={() => {
            setRemoving(undefined);
            again();
          }}
        />
      )}
    </>
  );
}

function TokenRow({ token, onRemove }: { readonly token: TokenView; readonly onRemove: () => void }) {
  const { id, name, role, owner, expiresAt, lastUsedAt } = token;
  return (
    <div className="row token-row">
      <strong>{name}</strong>
      <span>
        {role ?? 'own rules'}
        {owner && owner.kind !== 'installation' && <span className="faint"> of {owner.name}</span>}
      </span>
      <code className="faint">bp_{id}_…</code>
      <span className="faint">
        {lastUsedAt ? (
          <>
            used <Ago at={lastUsedAt} />
          </>
        ) : (
          'never used'
        )}
      </span>
      <span className="faint">
        ends <Ago at={expiresAt} />
      </span>
      <Button look="danger" onClick={onRemove}>
        Remove {name}
      </Button>
    </div>
  );
}

function Fresh({ created }: { readonly created: Created }) {
  return (
    <Note tone="good" title={`The token ${created.name} is shown this once`}>
      <p className="fresh-token">
        <code>{created.token}</code> <CopyButton text={() => created.token}>Copy</CopyButton>
      </p>
    </Note>
  );
}

function RemoveDialog({ token, onClose }: { readonly token: TokenView; readonly onClose: () => void }) {
  const remove = useMutation({
    mutationFn: () => call('DELETE', `v1/tokens/${token.id}`),
    onSuccess: onClose,
  });
  return (
    <Dialog title={`Remove the token ${token.name}?`} onClose={onClose}>
      <p>Whoever uses it is refused from now on, within seconds and everywhere. This cannot be undone.</p>
      {remove.error && <ProblemNote error={remove.error} />}
      <div className="actions">
        <Button look="quiet" onClick={onClose}>
          Keep it
        </Button>
        <Button look="danger" onClick={() => remove.mutate()}>
          Remove the token
        </Button>
      </div>
    </Dialog>
  );
}
