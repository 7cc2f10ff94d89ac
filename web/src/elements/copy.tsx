import { useState } from 'react';
import { Button } from './button.jsx';

/** Puts a text on the clipboard and says so. */
export function CopyButton({ text, children }: { readonly text: () => string; readonly children: string }) {
  const [said, setSaid] = useState<string>();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setSaid('Copied');
    } catch {
      setSaid('The browser does not allow it');
    }
    setTimeout(() => setSaid(undefined), 2_000);
  };
  return (
    <Button look="quiet" icon="copy" onClick={() => void copy()}>
      <span aria-live="polite">{said ?? children}</span>
    </Button>
  );
}
