// The colours of JSON and FEEL, from the tokens: right in light and dark.
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Prec } from '@codemirror/state';
import { tags } from '@lezer/highlight';

const ACCENT = [
  tags.propertyName,
  tags.keyword,
  tags.function(tags.variableName),
  tags.function(tags.special(tags.variableName)),
];
const NUMBERS = [tags.number, tags.bool, tags.null, tags.literal];
const PLAIN = [
  tags.variableName,
  tags.name,
  tags.typeName,
  tags.operator,
  tags.compareOperator,
  tags.arithmeticOperator,
  tags.logicOperator,
  tags.bracket,
  tags.punctuation,
];

export const colours = Prec.highest(
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: PLAIN, color: 'var(--text)' },
      { tag: ACCENT, color: 'var(--accent)' },
      { tag: tags.string, color: 'var(--success)' },
      { tag: NUMBERS, color: 'var(--warning)' },
      { tag: tags.comment, color: 'var(--muted)' },
    ]),
  ),
);
