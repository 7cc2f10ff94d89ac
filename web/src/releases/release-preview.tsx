import { Preview } from '../deploy/preview.jsx';
import { InTheWay } from '../deploy/in-the-way.jsx';
import { placeOf, type Draft } from './draft.js';

/** Most targets that are looked at for one preview: a worker asks the cloud about each. */
const MOST_LOOKED_AT = 12;

/** What a release would do, turn by turn, as workers say it who look at the targets now. Nothing is changed for it. */
export function ReleasePreview({ picked }: { readonly picked: readonly Draft[] }) {
  const shown = picked.slice(0, MOST_LOOKED_AT);
  const turns = [...new Set(shown.map(({ turn }) => Number(turn)))].sort((one, other) => one - other);
  return (
    <div className="release-preview">
      {turns.map((turn, at) => (
        <section key={turn} aria-label={`Preview of turn ${at + 1}`}>
          {turns.length > 1 && (
            <h2>
              Turn {at + 1}{' '}
              <span className="faint">{at === 0 ? 'starts at once' : `after turn ${at} has ended`}</span>
            </h2>
          )}
          <div className="previews">
            {shown
              .filter((draft) => Number(draft.turn) === turn)
              .map(({ service, environment, version }) => (
                <div key={placeOf({ service, environment })}>
                  <h3>{service}</h3>
                  <Preview service={service} version={version.trim()} environment={environment}>
                    <InTheWay service={service} version={version.trim()} environment={environment} />
                  </Preview>
                </div>
              ))}
          </div>
        </section>
      ))}
      {picked.length > shown.length && (
        <p className="faint">
          The first {shown.length} of {picked.length} are looked at; the others are judged when they are
          accepted.
        </p>
      )}
    </div>
  );
}
