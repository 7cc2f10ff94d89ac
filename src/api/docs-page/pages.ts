import { REFUSALS } from '../refusal.js';

/** The page that shows the API description. */
export function apiPage(): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Beanpod API</title><link rel="stylesheet" href="/docs/ui/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="/docs/ui/swagger-ui-bundle.js"></script><script src="/docs/initializer.js"></script></body>
</html>
`;
}

/** The page about one code; undefined for one that there is not. */
export function problemPage(code: string): string | undefined {
  if (!Object.hasOwn(REFUSALS, code)) return undefined;
  const { status, title, hint } = REFUSALS[code as keyof typeof REFUSALS];
  return page(code, `<h1>${title}</h1><p><code>${code}</code> · HTTP ${status}</p><p>${escaped(hint)}</p>`);
}

/** The list of all codes. */
export function problemIndexPage(): string {
  const rows = Object.entries(REFUSALS).map(
    ([code, { status, title }]) =>
      `<tr><td>${status}</td><td><a href="/docs/problems/${code}"><code>${code}</code></a></td><td>${title}</td></tr>`,
  );
  return page('Problems', `<h1>Problems</h1><table>${rows.join('')}</table>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body>${body}</body></html>\n`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
