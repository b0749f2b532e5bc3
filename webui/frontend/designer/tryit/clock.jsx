// The clock of the sandbox, which stands still until it is moved.
import { useState } from 'preact/hooks';

import { secondsOf } from './duration.js';
import { Field } from './field.jsx';
import { timeOf } from './words.js';

const STEPS = [
  ['+30 seconds', 30],
  ['+15 minutes', 15 * 60],
  ['+1 day', 24 * 60 * 60],
];
const UNCLEAR = 'Write how long, as PT15M or 90 s, or a later time, as 2030-01-31T12:00Z.';

export function Clock({ run }) {
  const [text, setText] = useState('');
  const [error, setError] = useState(null);
  const { clock, tokens } = run.state;
  const [next] = tokens
    .filter(each => each.due)
    .map(each => each.due)
    .sort((one, other) => new Date(one) - new Date(other));
  const move = (seconds, words) => run.act('clock', { seconds }, `The clock went on by ${words}.`);
  const submit = event => {
    event.preventDefault();
    const seconds = secondsOf(text, clock);
    setError(seconds === null ? UNCLEAR : null);
    if (seconds === null) document.getElementById('run-time').focus();
    else move(seconds, `${seconds} seconds`);
  };
  return (
    <>
      <p>
        It is <strong>{timeOf(clock, clock, { isExact: true })}</strong> on <strong>{dayOf(clock)}</strong>. The clock stands
        still until you move it.
      </p>
      <div class="d-run-actions">
        {STEPS.map(([label, seconds]) => (
          <button key={label} type="button" class="b-button" onClick={() => move(seconds, label.slice(1))}>
            {label}
          </button>
        ))}
        <button
          type="button"
          class="b-button"
          onClick={() => run.act('clock', { next: true }, 'The clock went on to the next timer.')}
        >
          To the next timer{next && `, ${timeOf(next, clock)}`}
        </button>
      </div>
      <form onSubmit={submit} noValidate>
        <Field id="run-time" label="By how much, or until when" value={text} error={error} help={UNCLEAR} onInput={setText} />
        <button type="submit" class="b-button">
          Move the clock
        </button>
      </form>
    </>
  );
}

function dayOf(iso) {
  return new Date(iso).toLocaleDateString('en-GB', { dateStyle: 'long' });
}
