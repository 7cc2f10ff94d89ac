/** What one try of a check saw. `final`: trying again cannot help. */
export type Sample =
  | { readonly good: true; readonly seen: string }
  | { readonly good: false; readonly final: boolean; readonly seen: string };
