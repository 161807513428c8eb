"""Pictures in a case: who adds and sees them, what is kept of them, and how they go."""

import tempfile
from io import BytesIO

import pytest
from sqlalchemy import select, text
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.accounts.permissions import RESPONDER_ROLES, Permission, Role
from app.accounts.sign_in import actor_of
from app.audit.catalogue import What
from app.audit.models import AuditEntry
from app.audit.trail import Grounds
from app.cases import actions, photo_actions, photo_queries
from app.cases.models import Outcome
from app.cases.photo_models import CasePhoto
from app.cases.photo_rules import MOST_BYTES, MOST_IN_A_CASE, TooManyPictures
from app.foundation.db import db
from app.foundation.errors import NotFound
from app.foundation.http import MAX_FORM_BYTES
from app.foundation.ids import new_id
from app.vault.readable import read_all
from tests.support.cases import assign_to, end_assignment, make_case
from tests.support.people import make_account
from tests.support.photos import (
    CANARY,
    IN_EVERY_PICTURE,
    from_a_phone,
    heic_of_a_phone,
    make_photo,
    plain,
    saved,
)
from tests.support.roster import make_responder

STRANGERS = [role for role in Role if role not in (Role.RESIDENT, Role.DISPATCH_CLIENT)]


@pytest.fixture
def keeper(app):
    return make_responder()


@pytest.fixture
def case(keeper):
    return make_case(keeper=keeper)


def posted(client, path: str, **fields):
    """Sent as a browser sends a form with a file; the body is made in memory, and no file is left open."""
    boundary, body = encode_multipart(fields)
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def send(client, case, content: bytes, name: str = "IMG_0417.jpg", declared: str = "image/jpeg", **more):
    picture = FileStorage(BytesIO(content), name, content_type=declared)
    return posted(client, f"/cases/{case.id}/photos/new", **{"kind": "damage", "picture": picture, **more})


def photos_of(case) -> list[CasePhoto]:
    return list(db.session.scalars(select(CasePhoto).where(CasePhoto.case_id == case.id)))


def noise(byte_count: int) -> bytes:
    """A picture with enough behind it to be of this size."""
    picture = saved(plain())
    return picture + b"\x00" * (byte_count - len(picture))


@pytest.mark.parametrize("role", RESPONDER_ROLES)
def test_a_responder_adds_a_picture_and_sees_it(client_as, role):
    keeper = make_responder(role=role)
    case = make_case(keeper=keeper)
    client = client_as(keeper)

    answer = send(client, case, from_a_phone())

    assert (answer.status_code, answer.location) == (302, f"/cases/{case.id}/photos")
    [photo] = photos_of(case)
    assert f"/cases/{case.id}/photos/{photo.id}" in client.get(f"/cases/{case.id}/photos").text
    shown = client.get(f"/cases/{case.id}/photos/{photo.id}")
    assert shown.status_code == 200
    assert len(shown.data) == photo.byte_count
    assert CANARY.encode() not in shown.data
    assert IN_EVERY_PICTURE.encode() in shown.data


def test_a_picture_leaves_as_a_picture_and_nothing_else(client_as, case, keeper):
    photo = make_photo(case, keeper)

    headers = client_as(keeper).get(f"/cases/{case.id}/photos/{photo.id}").headers

    assert headers["Content-Type"] == "image/jpeg"
    assert headers["Content-Disposition"] == 'inline; filename="photo.jpg"'
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"


@pytest.mark.parametrize("role", STRANGERS)
def test_nobody_else_finds_a_picture(client_as, case, keeper, role):
    photo = make_photo(case, keeper)
    stranger = client_as(make_account(role, organization_id=keeper.organization_id))
    nothing = stranger.get(f"/cases/{case.id}/photos/{new_id()}")

    answer = stranger.get(f"/cases/{case.id}/photos/{photo.id}")

    assert answer.status_code == nothing.status_code == 404
    assert IN_EVERY_PICTURE.encode() not in answer.data
    assert send(stranger, case, saved(plain())).status_code == 404
    assert stranger.post(f"/cases/{case.id}/photos/{photo.id}/remove").status_code == 404
    assert len(photos_of(case)) == 1


def test_whoever_worked_in_it_before_finds_nothing(client_as, case, keeper):
    photo, other = make_photo(case, keeper), make_responder()
    assignment = assign_to(case, other)
    client = client_as(other)
    assert client.get(f"/cases/{case.id}/photos/{photo.id}").status_code == 200
    end_assignment(assignment)

    assert client.get(f"/cases/{case.id}/photos/{photo.id}").status_code == 404


def test_a_closed_case_shows_none(client_as, case, keeper):
    photo = make_photo(case, keeper)
    actions.close_case(case, Outcome.CALMED, actor=actor_of(keeper))

    assert client_as(keeper).get(f"/cases/{case.id}/photos/{photo.id}").status_code == 404
    assert send(client_as(keeper), case, saved(plain())).status_code == 404


def test_a_picture_opens_by_the_address_of_its_own_case_alone(client_as, case, keeper):
    photo, other = make_photo(case, keeper), make_case(keeper=keeper)

    assert client_as(keeper).get(f"/cases/{other.id}/photos/{photo.id}").status_code == 404
    assert client_as(keeper).post(f"/cases/{other.id}/photos/{photo.id}/remove").status_code == 404


def test_no_other_permission_opens_a_picture(case, keeper):
    """The vault asks again."""
    photo, actor = make_photo(case, keeper), actor_of(keeper)

    def opens(permission: Permission) -> bool:
        try:
            return bool(
                photo_queries.open_photo(photo, Grounds(actor, permission, "case", frozenset((case.id,))))
            )
        except NotFound:
            return False

    assert [permission for permission in Permission if opens(permission)] == [Permission.PHOTO_WORK]


def test_each_look_is_on_the_trail_and_those_assigned_see_it(client_as, case, keeper):
    client = client_as(keeper)
    send(client, case, saved(plain()), kind="paper")
    [photo] = photos_of(case)
    client.get(f"/cases/{case.id}/photos/{photo.id}")
    client.post(f"/cases/{case.id}/photos/{photo.id}/remove")

    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject_id == case.id).order_by(AuditEntry.id)
    ).all()
    by_what = {entry.what: entry for entry in entries}
    for what in (What.CASE_PHOTO_ADDED, What.CASE_PHOTO_SHOWN, What.CASE_PHOTO_REMOVED):
        assert by_what[what].facts["picture_id"] == photo.id
        assert by_what[what].assignment_id
        assert by_what[what].permission == Permission.PHOTO_WORK
    assert by_what[What.CASE_PHOTO_ADDED].facts["shows"] == "paper"
    assert "Looked at a picture" in client.get(f"/cases/{case.id}/looks").text


@pytest.mark.parametrize(
    ("content", "name", "declared"),
    [
        (b"<!doctype html><script>x</script>", "photo.jpg", "image/jpeg"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "photo.svg", "image/svg+xml"),
        (b"", "photo.jpg", "image/jpeg"),
        (saved(plain())[:700], "photo.jpg", "image/jpeg"),
    ],
)
def test_what_is_no_picture_is_said_beside_the_field(client_as, case, keeper, content, name, declared):
    answer = send(client_as(keeper), case, content, name, declared)

    assert answer.status_code == 200
    assert "error" in answer.text
    assert name not in answer.text
    assert photos_of(case) == []


def test_whoever_stands_there_with_an_iphone_is_told_what_to_set(client_as, case, keeper):
    answer = send(client_as(keeper), case, heic_of_a_phone(), "IMG_0417.HEIC", "image/heic")

    assert "Settings, Camera, Formats" in answer.text
    assert "IMG_0417" not in answer.text
    assert photos_of(case) == []


def test_a_picture_is_known_by_its_content_alone(client_as, case, keeper):
    assert send(client_as(keeper), case, saved(plain()), "x.php", "text/html").status_code == 302
    [photo] = photos_of(case)
    shown = client_as(keeper).get(f"/cases/{case.id}/photos/{photo.id}")
    assert shown.content_type == "image/jpeg"


def test_without_a_picture_the_form_says_what_to_do(client_as, case, keeper):
    answer = client_as(keeper).post(f"/cases/{case.id}/photos/new", data={"kind": "paper"})

    assert "Take a picture, or choose one." in answer.text
    assert client_as(keeper).post(f"/cases/{case.id}/photos/new", data={}).status_code == 200


def test_a_file_that_is_too_large_is_refused(client_as, case, keeper):
    client = client_as(keeper)

    assert send(client, case, noise(MOST_BYTES + 1)).status_code == 200
    assert send(client, case, noise(MOST_BYTES + MAX_FORM_BYTES)).status_code == 413
    assert photos_of(case) == []
    assert send(client, case, noise(MOST_BYTES)).status_code == 302


@pytest.mark.parametrize("who", [None, Role.COORDINATOR, Role.ADMIN])
def test_of_strangers_no_more_than_a_form_is_read(client_as, public_client, case, who):
    client = client_as(who) if who else public_client

    assert send(client, case, noise(MAX_FORM_BYTES + 1)).status_code == 413


def test_no_other_door_reads_more_than_a_form(client_as, case, keeper):
    picture = FileStorage(BytesIO(noise(MAX_FORM_BYTES + 1)), "x.jpg")
    answer = posted(client_as(keeper), f"/cases/{case.id}/people/new", name="x", picture=picture)

    assert answer.status_code == 413


def test_a_file_that_came_never_touches_the_disk(client_as, case, keeper, monkeypatch, tmp_path):
    """There is nowhere to write it to, and it is added all the same."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert send(client_as(keeper), case, noise(3_000_000)).status_code == 302
    with pytest.raises(FileNotFoundError):  # what is written there does not go unseen
        tempfile.TemporaryFile()  # noqa: SIM115


def test_what_is_stored_is_sealed(case, keeper):
    photo = make_photo(case, keeper)
    db.session.commit()
    stored = db.session.scalar(text("SELECT picture_sealed FROM case_photos"))

    assert IN_EVERY_PICTURE.encode() not in bytes(stored)
    assert len(bytes(stored)) > photo.byte_count
    assert "case_photos.picture_sealed" in {one.field for one in read_all()}


def test_a_list_of_pictures_carries_none_of_them(case, keeper):
    added = make_photo(case, keeper)
    db.session.commit()
    db.session.expunge(added)

    [photo] = photo_queries.list_photos(case)

    assert "picture_sealed" not in photo.__dict__


def test_a_case_holds_so_many_pictures_and_no_more(client_as, case, keeper):
    photos = [make_photo(case, keeper) for _ in range(MOST_IN_A_CASE)]
    with pytest.raises(TooManyPictures):
        make_photo(case, keeper)
    page = client_as(keeper).get(f"/cases/{case.id}/photos").text
    assert page.count("<img") == MOST_IN_A_CASE
    assert "/photos/new" not in page
    assert send(client_as(keeper), case, saved(plain())).status_code == 409

    photo_actions.remove_photo(case, photos[0], actor=actor_of(keeper))

    assert make_photo(case, keeper)
