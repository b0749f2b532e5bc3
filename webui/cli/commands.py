"""Which commands there are, where, and what each says of itself: the first sentence of its own help."""

from webui.cli.placed import Place

COMMANDS = (
    Place(
        "run",
        "Run Idflow in one process: make what is missing, serve the pages, do the jobs, print a link to "
        "the first journey.",
    ),
    Place(
        "serve",
        "Serve the pages and the API, and do no jobs: `idflow worker` does them, here or on another machine.",
    ),
    Place("worker", "Do the jobs: timers, messages, mails, webhooks; keep house."),
    Place("deploy", "Deploy processes (.bpmn), forms (.form) and decisions (.dmn)."),
    Place("check", "Say everything that is wrong with FILES, without deploying them.", module="deploy"),
    Place("token", "Process tokens: links that start a journey."),
    Place("instance", "Process instances: what became of journeys."),
    Place("event", "Messages, signals and conditions: what reaches waiting instances from outside."),
    Place("job", "Jobs: timers, messages and signals on their way."),
    Place("mail", "Mails: whether they can be sent, and those that could not."),
    Place("play", "Run the process in FILE in the terminal: show each form, ask for its fields."),
    Place("test", "Run journey tests: files that end in .journeytest.yaml, and all of them in folders."),
    Place("explore", "Explore a process without anybody's help, and say what is wrong with it."),
    Place(
        "replay",
        "Run instances of an older version against new FILES, before they are deployed, and say what differs.",
        attribute="replay_",
    ),
    Place("templates", "Print the element templates of all activities, for Camunda Modeler and bpmn.io editors."),
    Place("store", "Identity stores: each holds its own users."),
    Place("user", "Users of an identity store."),
    Place("policy", "TOTP policies: how one-time codes are made and checked."),
    Place("totp", "TOTP registrations."),
    Place("keys", "Keys: the data keys that seal secrets, and the key-encryption key that wraps those."),
    Place("audit", "Audit trail: who may have to answer for what."),
    Place("account", "Accounts that may sign in to the backoffice."),
    Place(
        "backup",
        "Write everything into FILE, a new one, while Idflow runs: the database and the signatures of its audit trail.",
    ),
    Place("restore", "Put the backup FILE in the place of an installation that does not run.", module="backup"),
    Place("database", "Database: from one kind to another."),
    Place(
        "migrate",
        "Bring the tables of the database to the version of this program, and make them where there are none.",
    ),
    Place("doctor", "Look at this installation and its machine, and say what to do."),
    Place("webhook", "Webhooks: who is told by HTTP of what happens."),
)
"""Of `idflow`."""

OF_INSTANCES = (
    Place("retry", "Try again where an instance stopped with an incident.", module="operations"),
    Place(
        "skip",
        "Leave the element at which an instance stopped, as if it had worked, with these variables as its result.",
        module="operations",
    ),
    Place(
        "move",
        "Take a token from its element, put it on ELEMENT_ID in the same process or sub-process, and let it go on.",
        module="operations",
    ),
    Place("set", "Set process variables, but none of Idflow's own.", module="operations", attribute="set_"),
    Place(
        "suspend",
        "Let an instance stand still: forms cannot be submitted; timers and messages wait.",
        module="operations",
    ),
    Place("resume", "Let a suspended instance go on; what was due meanwhile happens now.", module="operations"),
    Place("cancel", "End an instance where it is.", module="operations"),
    Place("migrate", "Let an instance go on in another version of its process.", module="operations"),
    Place("files", "List the files that were sent in an instance.", module="attachments"),
    Place("file", "Write one file that was sent in an instance to OUTPUT.", module="attachments"),
    Place("record", "Record an instance as a journey test, which idflow test runs at once."),
)
"""Of `idflow instance`, beside those that only look."""
