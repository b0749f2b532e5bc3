"""Sandboxes: a designer runs a draft, step by step, without touching anything real.

A sandbox is an installation of its own (`engine.throwaway`): its whole database is one value in one row of the real
one, compressed and sealed. A request opens it in memory, acts, and stores it by compare-and-set on the revision, so any
process of a cluster serves the next request; nothing stays in memory, and no file is written. Of two requests at once
the second begins again with what the first has stored.

What is in it:

* the draft, deployed as it would be; the forms, decisions and processes that it refers to, copied from the real
  installation as they are now. A process that it does not call, but starts by a message, is not there;
* every identity store and TOTP policy by name and settings, never a real user: two made-up people in each store
  (`engine.throwaway.samples`), whose secrets open nothing else;
* mails are kept with it and sent to nobody. Timers and messages are worked after each step, in the request;
* the clock begins with the real time and then stands still: it moves only when it is moved, so what happens is the same
  each time. An authenticator that runs on real time therefore falls behind; the codes of now are among what is shown;
* the keys are derived from those of the installation for this purpose, so nothing that was sealed in a sandbox opens
  anything outside, nor the other way round.

The process is started without a token, with the variables that are given; without any with `externalId`, which tokens
usually carry, of the sample user. The maximum duration of a token does not count. An instance that an event starts has
no end user, here as there.

Nothing of this is in the real audit trail: nothing happens that anybody would have to answer for.

sandboxes.py  those of an account: make, look, change   sandbox.py   one of them, opened
contents.py   what its row holds                        copying.py   what is copied into it
recording.py  what was done, as a journey test          state.py     what its designer sees
"""

from engine.sandbox.sandbox import Sandbox
from engine.sandbox.sandboxes import SandboxBusy, Sandboxes, SandboxFull, SandboxNotFound
from engine.sandbox.state import SandboxState

__all__ = ["Sandbox", "SandboxBusy", "SandboxFull", "SandboxNotFound", "SandboxState", "Sandboxes"]
