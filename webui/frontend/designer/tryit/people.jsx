// The people of the sandbox, and what their authenticators show.
import { Copy } from '../copy.jsx';

export function People({ run, isSeen }) {
  const { users, codes, recoveryCode } = run.state;
  if (!isSeen) return null;
  return (
    <>
      <h3>Codes of now</h3>
      {!codes.length && <p class="b-nothing">Nobody has an authenticator here.</p>}
      {codes.length > 0 && (
        <table class="d-run-table">
          <thead>
            <tr>
              <th scope="col">Code</th>
              <th scope="col">Of</th>
              <th scope="col">Policy</th>
            </tr>
          </thead>
          <tbody>
            {codes.map(({ store, policy, externalId, code, pending, used }) => (
              <tr key={`${store} ${policy} ${externalId} ${pending}`}>
                <td>
                  <Copy text={code} />
                </td>
                <td>
                  {externalId} in {store}
                </td>
                <td>
                  {policy}
                  {pending && ', being registered'}
                  {used && ', used: the next one comes 30 seconds later'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {recoveryCode && (
        <p>
          A recovery code that was not used: <Copy text={recoveryCode} />
        </p>
      )}
      <h3>People</h3>
      {!users.length && <p class="b-nothing">There is no identity store.</p>}
      {users.length > 0 && (
        <table class="d-run-table">
          <thead>
            <tr>
              <th scope="col">External ID</th>
              <th scope="col">Store</th>
              <th scope="col">ID</th>
            </tr>
          </thead>
          <tbody>
            {users.map(({ store, externalId, id }) => (
              <tr key={id}>
                <td>
                  <Copy text={externalId} />
                </td>
                <td>{store}</td>
                <td>
                  <Copy text={id} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="b-help">
        They are made up. <code>sample-user</code> is registered everywhere, <code>new-user</code> nowhere.
      </p>
    </>
  );
}
