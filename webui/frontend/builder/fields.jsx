// How elements look on the canvas that form-js does not draw, or not well. They show what is written; the preview shows the real thing.
import { useService } from '@bpmn-io/form-js-editor';
import { sanitizeHTML } from '@bpmn-io/form-js-viewer';

import { Icon } from '../shared/icons.jsx';

function Input({ field, lines = 1 }) {
  return (
    <div class="b-field">
      <div class="b-field-label">
        {field.label}
        {field.validate?.required && <span aria-hidden="true"> *</span>}
      </div>
      {field.description && <div class="b-field-hint">{field.description}</div>}
      <div class={`b-field-box b-field-box-${lines}`}>{field.defaultValue}</div>
    </div>
  );
}

function Code({ field }) {
  const length = Math.min(Math.max(Number(field.digits ?? field.length) || 6, 4), 10);
  return (
    <div class="b-field">
      <div class="b-field-label">{field.label}</div>
      {field.description && <div class="b-field-hint">{field.description}</div>}
      <div class="b-field-digits">
        {Array.from({ length }, (_, index) => (
          <span key={index} />
        ))}
      </div>
    </div>
  );
}

function Password({ field }) {
  return <Input field={{ ...field, defaultValue: '••••••••' }} />;
}

function Button({ field, declarations, primary = field.action === 'submit' }) {
  return (
    <div class={`b-field-button ${primary ? 'b-field-primary' : ''}`}>
      {field.label || declarations.name(field.type)}
    </div>
  );
}

function Submit(props) {
  return <Button {...props} primary />;
}

function Text({ field }) {
  return <div class="b-field-text">{field.text ?? field.content ?? field.label ?? <Empty />}</div>;
}

// form-js's own has a style attribute, which the policy of the pages refuses.
function Table({ field }) {
  const columns = Array.isArray(field.columns) ? field.columns : [];
  return (
    <div class="b-field-table">
      {field.label && <div class="b-field-label">{field.label}</div>}
      <table>
        <thead>
          <tr>
            {columns.map((each, index) => (
              <th key={index}>{each.label ?? each.key}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <td colSpan={Math.max(columns.length, 1)}>{field.dataSource ?? ''}</td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

/** HTML is shown as it is written: drawing it is the preview's. */
function Source({ field }) {
  return <pre class="b-field-source">{field.content || 'HTML'}</pre>;
}

function Empty() {
  return <span class="b-field-empty">Text</span>;
}

// form-js hides a text with placeholders behind a note; what is written is what its author looks for.
function Markdown({ field }) {
  const renderer = useService('markdownRenderer');
  if (!field.text)
    return (
      <div class="b-field-text">
        <Empty />
      </div>
    );
  return (
    <div
      class="b-field-markdown"
      dangerouslySetInnerHTML={{ __html: sanitizeHTML(renderer.render(field.text ?? '')) }}
    />
  );
}

function Notification({ field }) {
  return (
    <div class={`b-field-notice b-field-notice-${field.style ?? field.kind ?? field.severity ?? 'info'}`}>
      <Icon name="warning" />
      <div>
        <strong>{field.title ?? field.label}</strong> {field.text ?? field.content ?? (!field.title && <Empty />)}
      </div>
    </div>
  );
}

function QrCode({ field }) {
  const size = Math.min(Math.max(Number(field.size) || 200, 64), 400);
  return (
    <div class="b-field-qr">
      <svg width={size} height={size} viewBox="0 0 29 29" aria-hidden="true">
        <path d={FINDERS} />
      </svg>
      <code>{field.content}</code>
    </div>
  );
}

// The three corners of a QR code; it cannot be scanned, and does not pretend to be.
const CORNER = 'h7v7h-7zm1 1v5h5v-5zm1 1h3v3h-3z';
const FINDERS = `M4 4${CORNER}M18 4${CORNER}M4 18${CORNER}M13 4h1v1h1v2h-2zM13 10h3v1h2v2h-1v-1h-2v2h-2zM4 13h2v1h3v2H7v-1H4zM20 13h3v1h2v2h-3v-1h-2zM13 18h2v2h2v2h2v3h-2v-1h-2v-2h-2zM22 20h3v3h-2v2h-2v-3h1z`;

/** Any other element: what it is, and what it is called. */
export function Box({ field, declarations, title }) {
  return (
    <div class="b-field-any">
      <Icon path={declarations.icon(field.type)} size={22} />
      <div>
        <strong>{declarations.name(field.type)}</strong>
        <div class="b-field-hint">{title}</div>
      </div>
    </div>
  );
}

const BY_TYPE = {
  text: Markdown,
  html: Source,
  table: Table,
  expression: Box,
  button: Button,
  qrcode: QrCode,
  link: Button,
  copy: Button,
  submit: Submit,
  paragraph: Text,
  notification: Notification,
  password: Password,
  onetimecode: Code,
};

const BY_GROUP = { Inputs: Input, Buttons: Button };

/** Return how to draw a declared element: here, or as form-js does with `theirs`, or like the others of its group. */
export function drawing(element, theirs) {
  return BY_TYPE[element.type] ?? theirs ?? (element.container ? null : BY_GROUP[element.group]);
}
