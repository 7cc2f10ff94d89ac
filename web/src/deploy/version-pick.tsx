import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { versionsQuery } from '../api/queries.js';
import { Empty } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { Ago } from '../elements/time.jsx';
import { Pick, PickList, useFilter } from './pick-list.jsx';

/** Which version, newest first, found by the start of a commit or a word. */
export function VersionPick({
  service,
  picked,
  onPick,
}: {
  readonly service: string;
  readonly picked: string;
  readonly onPick: (version: string) => void;
}) {
  const filter = useFilter('commit, message or author');
  const versions = useQuery({
    ...versionsQuery(service, useDeferredValue(filter.value.trim())),
    enabled: service !== '',
    placeholderData: keepPreviousData,
  });
  return (
    <PickList step={2} title="Version" {...(service !== '' && { filter })}>
      {service === '' ? (
        <p className="pick-empty">Pick a service first.</p>
      ) : (
        <Shown query={versions}>
          {(found) => {
            if (found.length === 0) return <NoVersion service={service} isFiltered={filter.value !== ''} />;
            return found.map(({ version, commit, message, author, branch, createdAt }) => (
              <Pick
                key={version}
                kind="radio"
                name="version"
                picked={version === picked}
                onPick={() => onPick(version)}
              >
                <strong className="version">{version}</strong>
                <span>{message}</span>
                <span className="faint">
                  {[commit?.slice(0, 7), branch, author].filter(Boolean).join(' · ')} <Ago at={createdAt} />
                </span>
              </Pick>
            ));
          }}
        </Shown>
      )}
    </PickList>
  );
}

function NoVersion({ service, isFiltered }: { readonly service: string; readonly isFiltered: boolean }) {
  if (isFiltered) return <p className="pick-empty">No version fits.</p>;
  return (
    <Empty title="No version is registered">
      <p>
        CI registers one with <code>POST /v1/services/{service}/versions</code>.
      </p>
    </Empty>
  );
}
