import { daemon, papaya, poll, the, variant, withCall } from "papaya-proof";
export default variant(papaya, {
  id: "no-timeout",
  says: "the daemon waits for a token for ever",
  machines: { daemon: withCall(daemon, "awaitConnections", poll({ input: the("watched") })) },
});
