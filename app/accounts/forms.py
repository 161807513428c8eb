"""The sign-in form."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from app.foundation.forms import Form, Line


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
