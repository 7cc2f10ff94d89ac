/** Whom a button of a row is about, for those who do not see the row. */
export function Of({ name }: { readonly name: string }) {
  return <span className="unseen"> {name}</span>;
}
