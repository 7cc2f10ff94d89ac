import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import express, { type Express } from 'express';
import { foreignPageGuard } from '../foreign-page-guard.js';
import { describeApi } from '../openapi.js';
import { REFUSALS } from '../refusal.js';
import type { Route } from '../route.js';
import { apiPage, problemIndexPage, problemPage } from './pages.js';

const INITIALIZER = `window.ui = SwaggerUIBundle({
  url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null, persistAuthorization: false,
  presets: [SwaggerUIBundle.presets.apis], layout: 'BaseLayout',
});
`;

/** The pages for people: the API description with Swagger UI, and one page for each problem. Nothing comes from elsewhere. */
export function mountDocs(app: Express, table: readonly Route[], publicUrl?: string): void {
  const description = JSON.stringify(describeApi(table, publicUrl));
  const guard = foreignPageGuard("'none'");
  app.get('/openapi.json', guard, (_req, res) => void res.type('application/json').send(description));
  app.get('/docs', guard, (_req, res) => void res.type('html').send(apiPage()));
  app.get('/docs/initializer.js', guard, (_req, res) => void res.type('js').send(INITIALIZER));
  app.get('/docs/problems', guard, (_req, res) => void res.type('html').send(problemIndexPage()));
  app.get('/docs/problems/:code', guard, (req, res, next) => {
    const page = problemPage(req.params.code);
    if (!page) return next();
    res.format({
      html: () => void res.send(page),
      json: () =>
        void res.send({ code: req.params.code, ...REFUSALS[req.params.code as keyof typeof REFUSALS] }),
    });
  });
  app.use(
    '/docs/ui',
    guard,
    express.static(swaggerFolder(), { index: false, fallthrough: true, maxAge: '1d' }),
  );
}

function swaggerFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
}
