"""The sign-in form, and the forms an admin makes and changes accounts with."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length, Regexp

from app.accounts.labels import ROLE_LABELS
from app.accounts.permissions import Role
from app.accounts.way_rules import PASSWORD_LEAST
from app.cases.labels import LANGUAGE_LABELS
from app.foundation.forms import Form, Line, Pick, PickSome
from app.foundation.i18n import choices

EMAIL_RULE = Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message=_l("Write it as name@place.org."))
PASSWORD_MOST = 200


def _code(label: Any, missing: Any = None, **kwargs: Any) -> Line:
    return Line(
        label,
        40,
        missing=missing,
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"},
        **kwargs,
    )


def _password(label: Any, kept_as: str, *, missing: Any = None, least: int = 0, description: Any = "") -> Any:
    """A field for a password. `kept_as`: what a password manager takes it for."""
    most = _l("Make this shorter: at most %(max)d letters.")
    rules: list[Any] = [InputRequired(missing)] if missing else []
    if least:
        rules.append(Length(min=least, message=_l("Make this longer: at least %(min)d letters.")))
    return PasswordField(
        label,
        description=description,
        validators=[*rules, Length(max=PASSWORD_MOST, message=most)],
        render_kw={"autocomplete": kept_as},
    )


def _new_password() -> Any:
    return _password(
        _l("New password"),
        "new-password",
        missing=_l("Write a password."),
        least=PASSWORD_LEAST,
        description=_l(
            "At least 12 letters. Four or more words in a row are good, when they have nothing to do with"
            " you, with the office or with each other."
        ),
    )


class SignInForm(Form):
    """E-mail and password, each named so that a password manager fills it."""

    email = Line(
        _l("E-mail"),
        254,
        missing=_l("Write your e-mail."),
        render_kw={"autocomplete": "username", "type": "email"},
    )
    password = _password(_l("Password"), "current-password", missing=_l("Write your password."))


class CodeForm(Form):
    """The second step after a password."""

    code = _code(_l("Code of your app, or a recovery code"), _l("Write a code."))


class RecoveryForm(Form):
    """For the day a phone is lost: a recovery code, and what the person still has."""

    email = Line(
        _l("E-mail"),
        254,
        missing=_l("Write your e-mail."),
        render_kw={"autocomplete": "username", "type": "email"},
    )
    code = _code(_l("Recovery code"), _l("Write a recovery code."))
    password = _password(_l("Password"), "current-password")
    app_code = _code(_l("Code of your app"))


class NumberForm(Form):
    """The digits that somebody reads to an admin from their own screen."""

    number = Line(
        _l("The number on their screen"),
        20,
        missing=_l("Write the number that they read to you."),
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )


class InvitationForm(Form):
    """The secret of an invitation: a script takes it from the link, or a person pastes it."""

    secret = Line(
        _l("Your link"),
        300,
        missing=_l("Paste the link that you were given."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class PasskeyForm(Form):
    """What a browser says of a passkey; a script fills it in."""

    credential = HiddenField(validators=[InputRequired(), Length(max=20_000)])


class NewPasskeyForm(PasskeyForm):
    """A new passkey and what the person calls it."""

    name = Line(_l("What do you call this device?"), 60, missing=_l("Write a name, such as “my phone”."))


class AppForm(Form):
    """The first code of an app, and the password that goes with it where there is none yet."""

    offer = HiddenField(validators=[Length(max=400)])
    code = _code(_l("Code that your app shows now"), _l("Write the code that your app shows now."))
    password = _new_password()

    def __init__(self, *, asks_password: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not asks_password:
            del self.password


class ChangePasswordForm(Form):
    """Another password, by the one of now; who has forgotten it has shown something else."""

    current = _password(
        _l("Current password"), "current-password", missing=_l("Write your current password.")
    )
    password = _new_password()

    def __init__(self, *, asks_current: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not asks_current:
            del self.current


class VerifyForm(Form):
    """Showing again that it is you without a passkey. What is asked for stands in `way_rules.still_you`."""

    code = _code(_l("Code of your app"))
    password = _password(_l("Password"), "current-password")


PEOPLE_ROLES = {
    role: label for role, label in ROLE_LABELS.items() if role not in (Role.RESIDENT, Role.DISPATCH_CLIENT)
}


class NewAccountForm(Form):
    """A new person. They choose themselves how they sign in, by an invitation."""

    name = Line(_l("Name"), 120, missing=_l("Write their name."), render_kw={"autocomplete": "off"})
    email = Line(
        _l("E-mail"),
        254,
        missing=_l("Write their e-mail."),
        validators=[EMAIL_RULE],
        render_kw={"autocomplete": "off", "type": "email"},
    )
    role = Pick(_l("Role"), choices=choices(PEOPLE_ROLES), missing=_l("Choose a role."))
    team_id = Pick(_l("Team"), description=_l("Only for people who work in a team."))
    languages = PickSome(_l("Languages they work in"), choices=choices(LANGUAGE_LABELS))
    organization_id = Pick(
        _l("Organization"), description=_l("For leads and partners. A team brings its own.")
    )

    def __init__(self, teams: Mapping[str, str], organizations: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.team_id.choices = choices({"": _l("No team"), **teams})
        self.organization_id.choices = choices({"": _l("None"), **organizations})


class RoleForm(Form):
    """Another role for a person."""

    role = Pick(_l("Role"), choices=choices(PEOPLE_ROLES), missing=_l("Choose a role."))
