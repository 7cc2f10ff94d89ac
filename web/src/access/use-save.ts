import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../api/call.js';

/** Stores something of the access: where to, and what. Everything that rests on it is read again. */
export function useSave(onSaved: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: { readonly path: string; readonly body: object }) =>
      call('PUT', path, { body }),
    onSuccess: async () => {
      await client.invalidateQueries();
      onSaved();
    },
  });
}
