/** An element of the document by its id. Throws when there is none of that kind. */
export function part<E extends HTMLElement>(id: string, kind: new () => E): E {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The document has no ${kind.name} ${id}`);
}

/** Puts a text on the clipboard and says on the button whether it is there. */
export async function copyBy(button: HTMLButtonElement, text: string): Promise<void> {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'The browser does not allow it';
  }
  setTimeout(() => (button.textContent = before), 2_000);
}
