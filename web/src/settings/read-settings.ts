/** Settings that somebody typed, or why they cannot be sent. */
export function readSettings(text: string): { readonly settings: object } | { readonly problem: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { settings: value };
    return { problem: 'The settings must be an object: { … }' };
  } catch (error) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    if (position === undefined) return { problem: 'This is not JSON: it ends too early' };
    return {
      problem: `This is not JSON: look at line ${text.slice(0, Number(position)).split('\n').length}`,
    };
  }
}
