import { Tick } from '../elements/tick.jsx';
import { BoardCell, type TargetStatus } from './board-cell.jsx';
import { usePicks } from './picks.js';

/** A cell of the board, with a box to tick while targets are picked for a release. */
export function PickableCell({
  status,
  environment,
}: {
  readonly status: TargetStatus;
  readonly environment: string;
}) {
  const { picks, isPicking, setPicks } = usePicks();
  const place = `${status.service}/${environment}`;
  return (
    <>
      {isPicking && (
        <div className="cell-pick">
          <Tick
            checked={picks.includes(place)}
            onChange={(isPicked) =>
              setPicks(isPicked ? [...picks, place] : picks.filter((each) => each !== place))
            }
          >
            <span>
              Pick <span className="unseen">{`${status.service} in ${environment}`}</span>
            </span>
          </Tick>
        </div>
      )}
      <BoardCell status={status} environment={environment} />
    </>
  );
}
