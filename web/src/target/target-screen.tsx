export function TargetScreen({ service, environment }: { readonly service: string; readonly environment: string }) {
  return <h1>{service} {environment}</h1>;
}
