export function SettingsScreen({ part = 'tokens' }: { readonly part?: string }) {
  return <h1>{part}</h1>;
}
