import { Button } from './button.jsx';

/** Reads more of a list, as long as there is more. */
export function NextPage({
  list,
  children,
}: {
  readonly list: {
    readonly hasNextPage: boolean;
    readonly isFetching: boolean;
    fetchNextPage(): Promise<unknown>;
  };
  /** What comes then: `Older`. */
  readonly children: string;
}) {
  if (!list.hasNextPage) return null;
  return (
    <Button
      look="quiet"
      icon="down"
      onClick={() => void list.fetchNextPage()}
      whyNot={list.isFetching ? 'One moment' : undefined}
    >
      {children}
    </Button>
  );
}
