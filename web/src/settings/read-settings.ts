/** Settings that somebody typed, or why they cannot be sent. */
export function readSettings(text: string): { readonly settings: object } | { readonly problem: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { settings: value };
    return { problem: 'The settings must be an object: { … }' };
  } catch (error) {
    return { problem: `This is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
