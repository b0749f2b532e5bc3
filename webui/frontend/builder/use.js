// Preact's way to the store.
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';

export const Builder = createContext(null);

/** Return the builder's parts, and draw again whenever the store changes. */
export function useBuilder() {
  const builder = useContext(Builder);
  const [, draw] = useState(0);
  useEffect(() => builder.store.subscribe(() => draw(count => count + 1)), [builder]);
  return builder;
}
