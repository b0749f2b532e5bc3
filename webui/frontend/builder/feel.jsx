// A FEEL expression. The document writes it with a leading “=”, the editor shows it without.
import FeelEditor from '@bpmn-io/feel-editor';
import { EditorView } from '@codemirror/view';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

import { colours } from '../shared/colours.js';
import { walk } from './document.js';
import { typingOver } from '../shared/typing.js';
import { useBuilder } from './use.js';

export function Feel({ id, path, value, onChange, label }) {
  const { store } = useBuilder();
  const container = useRef();
  const editor = useRef();
  const change = useRef();
  change.current = onChange;
  const text = typeof value === 'string' ? value.replace(/^=\s*/, '') : '';

  useEffect(() => {
    const made = new FeelEditor({
      container: container.current,
      value: text,
      variables: [...walk(store.root)]
        .filter(({ node }) => node.key)
        .map(({ node }) => ({ name: String(node.key), info: String(node.label ?? '') })),
      contentAttributes: {
        id,
        'data-path': path.join('.'),
        'aria-label': `${label}, expression`,
        'aria-multiline': 'true',
      },
      onChange: next => made.quiet || change.current(next.trim() ? `=${next}` : undefined),
      extensions: [EditorView.lineWrapping, typingOver, colours],
    });
    editor.current = made;
    return () => made._cmEditor.destroy();
  }, [id]);

  // Before the next key, not after the next frame: what is typed meanwhile must not be taken back.
  useLayoutEffect(() => {
    const made = editor.current;
    if (!made || made._cmEditor.state.doc.toString().trimStart() === text) return;
    made.quiet = true;
    made.setValue(text);
    made.quiet = false;
  }, [text]);

  return (
    <div class="b-feel">
      <span class="b-feel-sign" aria-hidden="true">
        =
      </span>
      <div class="b-feel-text" ref={container} />
    </div>
  );
}
