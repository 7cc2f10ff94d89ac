/** What of the logs to follow, as the address of the page says it; the names are those of the API. */
export const WISHES = ['container', 'since', 'tail', 'previous', 'include', 'exclude'] as const;

export type WishName = (typeof WISHES)[number];
export type TailWish = Readonly<Partial<Record<WishName, string>>>;

/** Lines of the past for each container, unless somebody wishes otherwise. */
const USUAL_TAIL = '200';

/** The wishes in an address. */
export function wishIn(params: URLSearchParams): TailWish {
  return Object.fromEntries(
    WISHES.flatMap((name) => {
      const value = params.get(name);
      return value === null || value === '' ? [] : [[name, value]];
    }),
  );
}

/** The address with one wish changed; an empty one leaves. */
export function withWish(params: URLSearchParams, name: WishName, value: string): URLSearchParams {
  const next = new URLSearchParams(params);
  if (value === '') next.delete(name);
  else next.set(name, value);
  return next;
}

/** The path of the API that answers a wish, for one pod or, with an empty name, for all of them. */
export function tailPath(live: string, pod: string, wish: TailWish): string {
  // Since when is what counts then, unless a number of lines is wished for too.
  const usual: TailWish = wish.since === undefined ? { tail: USUAL_TAIL } : {};
  const query = new URLSearchParams({ ...usual, ...wish, ...(pod !== '' && { pod }) });
  return `${live}/logs?${query.toString()}`;
}
