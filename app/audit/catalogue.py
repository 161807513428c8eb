"""Everything that can happen and is kept on the trail: `subject.verb_past`, by subject."""

from enum import StrEnum


class What(StrEnum):
    """One member for each act or look that somebody may one day have to answer for."""

    ACCOUNT_SIGNED_IN = "account.signed_in"
    ACCOUNT_SIGNED_OUT = "account.signed_out"
    ACCOUNT_SIGN_IN_REFUSED = "account.sign_in_refused"
    ACCOUNT_CREATED = "account.created"
    CLIENT_CREATED = "client.created"
