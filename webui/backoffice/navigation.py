"""What the navigation of the backoffice offers, in its order, to whom it is permitted."""

from dataclasses import dataclass

from engine.accounts import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """A page."""

    endpoint: str
    """Also what a template calls `active`."""
    label: str
    needs: Permission


@dataclass(frozen=True, slots=True)
class Group:
    """Pages under a heading."""

    id: str
    label: str
    icon: tuple[str, ...]
    """The path data of an SVG icon on a grid of 24."""
    entries: tuple[Entry, ...]


NAVIGATION = (
    Group(
        "dashboard",
        "Dashboard",
        ("M4 4h7v9H4z", "M13 4h7v5h-7z", "M13 12h7v8h-7z", "M4 16h7v4H4z"),
        (Entry("home", "Dashboard", Permission.DASHBOARD_VIEW),),
    ),
    Group(
        "processes",
        "Processes",
        ("M4 5h6v6H4z", "M14 13h6v6h-6z", "M10 8h7v5"),
        (
            Entry("processes", "Process Definitions", Permission.PROCESSES_VIEW),
            Entry("tokens", "Process Tokens", Permission.TOKENS_VIEW),
            Entry("instances", "Process Instances", Permission.INSTANCES_VIEW),
        ),
    ),
    Group(
        "people",
        "Identity Stores",
        (
            "M9 11a4 4 0 1 0 0-8a4 4 0 0 0 0 8",
            "M2 21c0-4 3-6 7-6s7 2 7 6",
            "M16 3a4 4 0 0 1 0 8",
            "M19 15c2 1 3 3 3 6",
        ),
        (
            Entry("stores", "Identity Stores", Permission.STORES_VIEW),
            Entry("users", "Users", Permission.USERS_VIEW),
            Entry("policies", "Policies", Permission.POLICIES_VIEW),
        ),
    ),
    Group(
        "hub",
        "Integration Hub",
        ("M4 7h16", "M4 12h16", "M4 17h10"),
        (
            Entry("forms", "Custom Forms", Permission.FORMS_VIEW),
            Entry("webhooks", "Webhooks", Permission.WEBHOOKS_VIEW),
        ),
    ),
    Group(
        "trail",
        "Audit",
        ("M6 3h9l4 4v14H6z", "M9 12l2.500 2.500L16 10"),
        (Entry("audit", "Audit", Permission.AUDIT_VIEW),),
    ),
    Group(
        "settings",
        "Settings",
        (
            "M12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6",
            "M12 4v2M12 18v2M4 12h2M18 12h2",
            "M6.500 6.500l1.400 1.400M16.100 16.100l1.400 1.400M6.500 17.500l1.400-1.400M16.100 7.900l1.400-1.400",
        ),
        (
            Entry("accounts", "Accounts", Permission.ACCOUNTS_VIEW),
            Entry("api_keys", "API keys", Permission.API_KEYS_OWN),
            Entry("api_reference", "API", Permission.API_KEYS_OWN),
            Entry("branding", "Branding", Permission.SETTINGS_VIEW),
            Entry("mail", "Mail", Permission.SETTINGS_VIEW),
            Entry("retention", "Retention", Permission.SETTINGS_VIEW),
        ),
    ),
)
