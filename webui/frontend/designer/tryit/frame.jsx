// The end user's page, as wide as a phone.
import { useEffect, useRef } from 'preact/hooks';

export function Frame({ run }) {
  const frame = useRef();
  const shown = useRef(run.pages);
  const { page } = run.state;
  useEffect(() => {
    if (shown.current === run.pages) return;
    shown.current = run.pages;
    reload(frame.current, page);
  }, [run.pages]);
  useEffect(() => {
    const again = () => reload(frame.current, page);
    addEventListener('online', again);
    return () => removeEventListener('online', again);
  }, [page]);
  return (
    <div class="d-run-page">
      {/* Its source stays what it was at first: it is loaded again without another entry in the history. */}
      <iframe key={page} ref={frame} title="The end user's page" src={page} onLoad={() => run.look()} />
    </div>
  );
}

/** Load the page anew, in the language that was chosen there. */
function reload(frame, page) {
  const { contentWindow } = frame;
  let address = page;
  try {
    const { pathname, search } = contentWindow.location;
    if (pathname === page) address = pathname + search;
  } catch {
    // It has gone to another site.
  }
  contentWindow.location.replace(address);
}
