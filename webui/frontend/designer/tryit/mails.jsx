// The mails that would have been sent.

export function Mails({ run, isSeen }) {
  const { mails } = run.state;
  if (!isSeen) return null;
  if (!mails.length) return <p class="b-nothing">No mail was sent. Those that are stay here, and go to nobody.</p>;
  return (
    <ol class="d-run-mails">
      {mails.map(({ to, subject, text }, index) => (
        <li key={index}>
          <p>
            <strong>{subject}</strong> to {to}
          </p>
          <pre>{text}</pre>
        </li>
      ))}
    </ol>
  );
}
