"""Account pages: sign up, prove an address, sign in and out, and look after one's account.

What a stranger asks is answered alike whether there is such an account or not (`shop.accounts`).
"""

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from shop import accounts, audit, authz, i18n, passwords, sessions, throttle, web
from shop.accounts import LinkSpent, Purpose
from shop.db import db, transaction
from shop.forms import Form
from shop.models import SignInAttempt
from shop.views import account_forms as forms
from shop.views import proving
from shop.views.devices import Device

blueprint = Blueprint("accounts", __name__, url_prefix="/account")
authz.guard(blueprint, limits="form")


# --- coming in ---------------------------------------------------------------------------------------


@blueprint.route("/sign-up", methods=["GET", "POST"])
@authz.allow(public=True, limits="sign-in")
def sign_up() -> ResponseReturnValue:
    """Make an account; the page after it is the same for an address that is known already."""
    form = forms.SignUpForm(locale=i18n.current_locale())
    if not form.is_sent():
        return _form("sign_up", form)
    password_hash = passwords.hash_of(form.password.data)
    with transaction() as db_session:
        accounts.sign_up(
            db_session,
            web.actor(),
            email=form.email.data,
            name=form.name.data,
            password_hash=password_hash,
            locale=form.locale.data,
        )
    return redirect(url_for("accounts.letter_sent", about="confirm"), 303)


@blueprint.get("/letter-sent")
@authz.allow(public=True)
def letter_sent() -> ResponseReturnValue:
    """Say that a letter is on its way."""
    about = request.args.get("about")
    return render_template("accounts/letter_sent.html", about=about if about in _LETTERS else "confirm")


_LETTERS = {"confirm", "reset", "email"}


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@authz.allow(public=True, limits="sign-in")
def confirm(token: str) -> ResponseReturnValue:
    """Prove an address, by a button: mail programs that look at links press none."""
    form = forms.ConfirmForm()
    try:
        if not form.is_sent():
            accounts.peek(db.session(), token, Purpose.CONFIRM)
            return _form("confirm", form, token=token)
        with transaction() as db_session:
            accounts.confirm(db_session, web.actor(), token)
    except LinkSpent:
        return _spent()
    flash(gettext("Your address is confirmed. Please sign in."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@authz.allow(public=True, limits="sign-in")
def sign_in() -> ResponseReturnValue:
    """Sign in on this device."""
    target = web.safe_next(request.args.get("next"), url_for("accounts.show"))
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(target)
    form = forms.SignInForm()
    if not form.is_sent():
        return _form("sign_in", form, target=target)
    email = form.email.data
    counters = throttle.buckets(email, request.remote_addr or "", proving.device(email))
    with transaction() as db_session:
        tries = throttle.note(db_session, counters)
    try:
        throttle.check(db.session(), counters)
    except throttle.TooManyAttempts as refusal:
        form.refuse(form.password, gettext(refusal.message))
        return render_template("accounts/sign_in.html", form=form, target=target), refusal.status
    person = accounts.prove(db.session(), email, form.password.data)
    if person is None:
        _note_failure(email, tries[0])
        form.refuse(form.password, gettext("The address or the password is not right."))
        return _form("sign_in", form, target=target)
    if person.confirmed_at is None:
        return _ask_to_confirm(person.id)
    return _let_in(email, form.password.data, counters, tries, target)


def _let_in(
    email: str, password: str, counters: list[str], tries: list[int], target: str
) -> ResponseReturnValue:
    stored = accounts.by_email(db.session(), email).password_hash
    fresh = passwords.hash_of(password) if passwords.is_outdated(stored) else None
    with transaction() as db_session:
        person = accounts.by_email(db_session, email)
        throttle.forgive(db_session, counters, tries)
        sessions.open_for(db_session, person)
        accounts.signed_in(db_session, web.actor(), person, fresh, request.cookies)
    return proving.mark_device(redirect(target, 303), email)


def _note_failure(email: str, attempt_id: int) -> None:
    """Keep the failed try; for an unknown address the same work is done as for a known one."""
    with transaction() as db_session:
        attempt = db_session.get_one(SignInAttempt, attempt_id)
        about = {"account": throttle.account_mark(email)}
        audit.record(db_session, web.actor(), "account.sign-in-failed", attempt, after=about)


def _ask_to_confirm(user_id: int) -> ResponseReturnValue:
    with transaction() as db_session:
        accounts.ask_for_confirmation(db_session, user_id)
    return redirect(url_for("accounts.letter_sent", about="confirm"), 303)


@blueprint.post("/sign-out")
@authz.allow(public=True)
def sign_out() -> ResponseReturnValue:
    """Sign this device out."""
    with transaction() as db_session:
        if current_user.is_authenticated:
            audit.record(db_session, web.actor(), "account.signed-out", proving.me())
        sessions.close_current(db_session)
    return redirect("/en/" if i18n.current_locale() == "en" else "/", 303)


# --- a forgotten password ----------------------------------------------------------------------------


@blueprint.route("/forgot", methods=["GET", "POST"])
@authz.allow(public=True, limits="sign-in")
def forgot() -> ResponseReturnValue:
    """Promise a letter to an address, whether it is known or not."""
    form = forms.ForgotForm()
    if not form.is_sent():
        return _form("forgot", form)
    with transaction() as db_session:
        accounts.ask_for_reset(db_session, form.email.data)
    return redirect(url_for("accounts.letter_sent", about="reset"), 303)


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
@authz.allow(public=True, limits="sign-in")
def reset(token: str) -> ResponseReturnValue:
    """Choose a new password by the link of a letter; every device is signed out."""
    try:
        email = accounts.peek(db.session(), token, Purpose.RESET).email
        form = forms.NewPasswordForm(email)
        if not form.is_sent():
            return _form("reset", form, token=token, email=email)
        password_hash = passwords.hash_of(form.password.data)
        with transaction() as db_session:
            accounts.reset(db_session, web.actor(), token, password_hash)
    except LinkSpent:
        return _spent()
    session.clear()
    flash(gettext("Your new password is set, and every device is signed out. Please sign in."), "success")
    return proving.mark_device(redirect(url_for("accounts.sign_in"), 303), email)


# --- looking after one's account ---------------------------------------------------------------------


@blueprint.get("/")
def show() -> ResponseReturnValue:
    """Show what belongs to the person."""
    return render_template("accounts/show.html", person=proving.me())


@blueprint.route("/settings", methods=["GET", "POST"])
def settings() -> ResponseReturnValue:
    """Change name, telephone and language."""
    form = forms.SettingsForm(obj=proving.me())
    if not form.is_sent():
        return _form("settings", form)
    with transaction() as db_session:
        accounts.update(
            db_session,
            web.actor(),
            proving.me(),
            name=form.name.data,
            phone=form.phone.data or None,
            locale=form.locale.data,
        )
    flash(gettext("Saved."), "success")
    return redirect(url_for("accounts.show"), 303)


@blueprint.route("/password", methods=["GET", "POST"])
@authz.allow(limits="sign-in")
def password() -> ResponseReturnValue:
    """Change the password; every other device is signed out, this one gets a fresh sign-in."""
    form = forms.ChangePasswordForm(proving.me().name, proving.me().email)
    if not form.is_sent() or not proving.is_right(form, form.current):
        return _form("password", form)
    password_hash = passwords.hash_of(form.password.data)
    with transaction() as db_session:
        accounts.change_password(db_session, web.actor(), proving.me(), password_hash)
        sessions.open_for(db_session, proving.me())
    flash(gettext("Your new password is set. Every other device is signed out."), "success")
    return redirect(url_for("accounts.show"), 303)


@blueprint.route("/email", methods=["GET", "POST"])
@authz.allow(limits="sign-in")
def email() -> ResponseReturnValue:
    """Ask for another address; it is used once the link sent there is pressed."""
    form = forms.ChangeEmailForm()
    if not form.is_sent() or not proving.is_right(form, form.current):
        return _form("email", form, person=proving.me())
    with transaction() as db_session:
        accounts.ask_for_email(db_session, web.actor(), proving.me(), form.email.data)
    return redirect(url_for("accounts.letter_sent", about="email"), 303)


@blueprint.route("/email/<token>", methods=["GET", "POST"])
@authz.allow(public=True, limits="sign-in")
def confirm_email(token: str) -> ResponseReturnValue:
    """Take a new address, by the link that was sent to it."""
    form = forms.ConfirmForm()
    try:
        if not form.is_sent():
            found = accounts.peek(db.session(), token, Purpose.NEW_EMAIL)
            return _form("confirm_email", form, token=token, email=found.email)
        with transaction() as db_session:
            accounts.change_email(db_session, web.actor(), token)
    except LinkSpent:
        return _spent()
    flash(gettext("Your new address is confirmed. Please use it to sign in from now on."), "success")
    return redirect(url_for("accounts.show"), 303)


@blueprint.get("/sessions")
def devices() -> ResponseReturnValue:
    """List where the person is signed in."""
    here = sessions.token_hash(str(session.get("_user_id", "")))
    rows = [Device.of(row, here) for row in sessions.of_user(db.session(), proving.me().id)]
    return render_template("accounts/devices.html", devices=rows)


@blueprint.post("/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    """Sign every device out, this one too."""
    with transaction() as db_session:
        gone = sessions.close_all(db_session, proving.me().id)
        audit.record(
            db_session, web.actor(), "account.signed-out-everywhere", proving.me(), after={"devices": gone}
        )
        sessions.close_current(db_session)
    flash(gettext("Every device is signed out."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


# --- inside ------------------------------------------------------------------------------------------


def _form(name: str, form: Form, **values: object) -> ResponseReturnValue:
    status = 422 if form.errors else 200
    return render_template(f"accounts/{name}.html", form=form, **values), status


def _spent() -> ResponseReturnValue:
    return render_template("accounts/link_spent.html"), LinkSpent.status
