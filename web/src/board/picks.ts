import { useSearchParams } from 'wouter';

const NAME = 'pick';

/** Targets, as `service/environment`, that are picked on the board for a release; the address keeps them. */
export function usePicks() {
  const [params, setParams] = useSearchParams();
  const picks = params.getAll(NAME).filter((place) => place !== '');
  return {
    picks,
    isPicking: params.has(NAME),
    /** Undefined ends the picking. */
    setPicks: (next: readonly string[] | undefined) =>
      setParams(
        (now) => {
          now.delete(NAME);
          for (const place of next?.length === 0 ? [''] : (next ?? [])) now.append(NAME, place);
          return now;
        },
        { replace: true },
      ),
  };
}

/** The query of a new release of these targets. */
export function newReleaseOf(picks: readonly string[]): string {
  return new URLSearchParams(picks.map((place) => ['target', place])).toString();
}
