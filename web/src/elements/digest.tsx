/** The start of a digest, which tells images apart; the whole of it is shown when pointed at. */
export function Digest({ digest }: { readonly digest: string }) {
  return (
    <code className="faint" title={digest}>
      {digest.slice(0, 'sha256:'.length + 12)}
    </code>
  );
}
