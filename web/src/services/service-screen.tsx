export function ServiceScreen({ service }: { readonly service: string }) {
  return <h1>{service}</h1>;
}
