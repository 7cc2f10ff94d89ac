import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../elements/button.jsx';
import { Note, ProblemNote } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { askAgent } from './ask-agent.js';
import { LevelDialog } from './level-dialog.jsx';
import {
  levelRequest,
  LEVELS,
  LOGGER_REQUESTS,
  loggersOf,
  silentOf,
  type Level,
  type Logger,
} from './loggers.js';

interface LoggersProps {
  readonly path: string;
  readonly pod: string;
  /** Why levels may not be changed. */
  readonly noWrite: string | undefined;
}

/** The loggers of the process with their levels, which whoever may write changes with a reason. */
export function Loggers({ path, pod, noWrite }: LoggersProps) {
  const client = useQueryClient();
  const queryKey = ['loggers', path];
  const [term, setTerm] = useState('');
  const [change, setChange] = useState<{ readonly logger: Logger; readonly level: Level }>();
  const loggers = useQuery({
    queryKey,
    queryFn: async ({ signal }) => loggersOf(await askAgent(path, LOGGER_REQUESTS, { signal })),
    retry: false,
    gcTime: 0,
  });
  const silent = silentOf(loggers.data ?? []);
  const readLevels = useMutation({
    mutationFn: () => askAgent(path, silent.map(levelRequest)),
    onSuccess: (answers) => {
      const told = new Map(silent.map((logger, at) => [logger, answers[at]?.value]));
      client.setQueryData<readonly Logger[]>(queryKey, (known) =>
        known?.map((logger) => {
          const level = told.get(logger);
          return typeof level === 'string'
            ? { ...logger, level: level === '' ? 'inherited' : level }
            : logger;
        }),
      );
    },
  });
  const changed = ({ logger, level }: { readonly logger: Logger; readonly level: Level }) => {
    client.setQueryData<readonly Logger[]>(queryKey, (known) =>
      known?.map((each) => (isSame(each, logger) ? { ...each, level } : each)),
    );
    setChange(undefined);
  };
  return (
    <section className="panel" aria-label="Loggers">
      <h2>Loggers</h2>
      <Shown query={loggers}>
        {(found) =>
          found.length === 0 ? (
            <p className="java-none faint">Neither Log4j 2 nor Logback has its beans in this process.</p>
          ) : (
            <>
              <div className="log-tools">
                <input
                  placeholder="Filter loggers"
                  aria-label="Filter loggers"
                  value={term}
                  onChange={({ target }) => setTerm(target.value)}
                />
                {silent.length > 0 && (
                  <Button
                    whyNot={noWrite ?? (readLevels.isPending ? 'The agent is asked' : undefined)}
                    onClick={() => readLevels.mutate()}
                  >
                    Read the levels of Logback
                  </Button>
                )}
              </div>
              {readLevels.error && <ProblemNote error={readLevels.error} />}
              <LoggerTable
                loggers={found.filter(({ name }) => name.toLowerCase().includes(term.toLowerCase()))}
                noWrite={noWrite}
                onPick={(logger, level) => setChange({ logger, level })}
              />
            </>
          )
        }
      </Shown>
      {noWrite !== undefined && <Note tone="calm">{noWrite}</Note>}
      {change && (
        <LevelDialog
          path={path}
          pod={pod}
          {...change}
          onDone={() => changed(change)}
          onClose={() => setChange(undefined)}
        />
      )}
    </section>
  );
}

function LoggerTable({
  loggers,
  noWrite,
  onPick,
}: {
  readonly loggers: readonly Logger[];
  readonly noWrite: string | undefined;
  readonly onPick: (logger: Logger, level: Level) => void;
}) {
  return (
    <div className="java-loggers" tabIndex={0} role="region" aria-label="Levels">
      {loggers.map((logger) => {
        const { library, bean, name, level } = logger;
        const title = name === '' || name === 'ROOT' ? 'root' : name;
        return (
          <div key={`${bean} ${name}`} className="java-logger">
            <code>{title}</code>
            <span className="faint">{library}</span>
            <select
              aria-label={`Level of ${title} (${library})`}
              value={level ?? ''}
              disabled={noWrite !== undefined}
              title={noWrite}
              onChange={({ target }) => onPick(logger, target.value as Level)}
            >
              {!LEVELS.some((each) => each === level) && (
                <option value={level ?? ''}>{level ?? 'not read'}</option>
              )}
              {LEVELS.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </div>
        );
      })}
    </div>
  );
}

function isSame(one: Logger, other: Logger): boolean {
  return one.bean === other.bean && one.name === other.name;
}
