/** The image of the app, without a tag. */
export const APP_IMAGE = 'registry.example.com/shop/app';

/** A configuration that names the version, and two pods that read it. */
export const APP_MANIFESTS = `
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {VERSION: "{{version}}"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  replicas: 2
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      containers: [{name: app, image: ${APP_IMAGE}, envFrom: [{configMapRef: {name: app}}]}]
`;

/** The workload as somebody deployed it before Beanpod came. */
export function earlierApp(namespace: string, version: string): unknown {
  const containers = [{ name: 'app', image: `${APP_IMAGE}:${version}` }];
  const template = { metadata: { labels: { app: 'app' } }, spec: { containers } };
  const selector = { matchLabels: { app: 'app' } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'app', namespace },
    spec: { replicas: 2, selector, template },
  };
}
