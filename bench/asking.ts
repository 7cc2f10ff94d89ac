import { TOKEN } from './beanpod.js';

/** Asks an API and reads the answer to its end; throws for anything but a success. */
export async function ask(url: string, path: string): Promise<string> {
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${TOKEN}` } });
  const body = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${body}`);
  return body;
}
