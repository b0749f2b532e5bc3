// Preact's way to the designer.
import { createContext } from 'preact';
import { useContext, useLayoutEffect, useState } from 'preact/hooks';

export const Designer = createContext(null);

/** Return the designer's parts, and draw again whenever the store or the commands change. */
export function useDesigner() {
  const app = useContext(Designer);
  const [, draw] = useState(0);
  // At once: what is told before the first frame must not be missed.
  useLayoutEffect(() => {
    const again = () => draw(count => count + 1);
    const ends = [app.store.subscribe(again), app.commands.subscribe(again)];
    return () => ends.forEach(end => end());
  }, [app]);
  return app;
}
