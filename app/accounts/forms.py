"""The sign-in form, and the forms an admin makes and changes accounts with."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length, Regexp

from app.accounts.labels import ROLE_LABELS
from app.accounts.permissions import Role
from app.cases.labels import LANGUAGE_LABELS
from app.foundation.forms import Form, Line, Pick, PickSome
from app.foundation.i18n import choices


class SignInForm(Form):
    """E-mail and password, each named so that a password manager fills it."""

    email = Line(
        _l("E-mail"),
        254,
        missing=_l("Write your e-mail."),
        render_kw={"autocomplete": "username", "type": "email"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[
            InputRequired(_l("Write your password.")),
            Length(max=200, message=_l("Make this shorter: at most %(max)d letters.")),
        ],
        render_kw={"autocomplete": "current-password"},
    )


PEOPLE_ROLES = {
    role: label for role, label in ROLE_LABELS.items() if role not in (Role.RESIDENT, Role.DISPATCH_CLIENT)
}


class NewAccountForm(Form):
    """A new person. Their first password is made by us and shown once."""

    name = Line(_l("Name"), 120, missing=_l("Write their name."), render_kw={"autocomplete": "off"})
    email = Line(
        _l("E-mail"),
        254,
        missing=_l("Write their e-mail."),
        validators=[Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message=_l("Write it as name@place.org."))],
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
