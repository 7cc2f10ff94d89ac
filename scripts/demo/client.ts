/** Talks to the public API as CI would. */
export interface Client {
  readonly url: string;
  readonly token: string;
  /** Rejects with the problem's words when the answer is not 2xx. */
  call<T>(method: 'GET' | 'PUT' | 'POST', path: string, body?: object): Promise<T>;
}

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer?: string; readonly detail?: string }[];
}

/** A client of the API at `url`. */
export function createClient(url: string, token: string): Client {
  return {
    url,
    token,
    async call<T>(method: string, path: string, body?: object): Promise<T> {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${token}`,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      });
      const text = await response.text();
      if (!response.ok)
        throw new Error(`${method} ${path} was answered ${response.status}: ${wordsOf(text)}`);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
  };
}

function wordsOf(text: string): string {
  try {
    const { title, detail, errors = [] } = JSON.parse(text) as Problem;
    const each = errors.map((one) => `${one.pointer ?? ''} ${one.detail ?? ''}`);
    return [title, detail, ...each].filter(Boolean).join(' · ');
  } catch {
    return text.slice(0, 300);
  }
}
