"""Operators' commands for the ground: taking areas in, and placing a table of points."""

import csv
import os
import re
from pathlib import Path
from tempfile import NamedTemporaryFile

import click

from app.audit.trail import Actor, ActorKind
from app.foundation.db import db
from app.foundation.errors import DomainError
from app.foundation.operators import OperatorGroup
from app.places.actions import TakenIn, put_areas
from app.places.payloads import MAX_BYTES, NewArea, NotUsable, read_areas
from app.places.queries import POLICE_DIVISION, list_areas
from app.places.tables import Placed, place_rows

OPERATOR = Actor(ActorKind.SYSTEM, "operator", "an operator")

places_group = OperatorGroup("places", help="Areas of the city.")


@places_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--layer", default=POLICE_DIVISION, show_default=True, help="What these areas are for.")
@click.option("--name-field", default="name", show_default=True, help="The property that holds the name.")
def import_areas(file: Path, layer: str, name_field: str) -> None:
    """Take the areas of a GeoJSON FILE into a layer: all of them, or none."""
    _check_layer(layer)
    try:
        areas = read_areas(_read(file), name_field)
        click.echo(f"{file.name}: {len(areas)} areas read and sound.")
        taken = put_areas(layer, areas, actor=OPERATOR)
        db.session.commit()
    except DomainError as problem:
        db.session.rollback()
        raise click.ClickException(f"{file.name}: {problem} Nothing was changed.") from None
    _say_taken_in(layer, areas, taken)


@places_group.command("locate")
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("result", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--layer", default=POLICE_DIVISION, show_default=True, help="The areas to place points in.")
def locate_table(table: Path, result: Path, layer: str) -> None:
    """Place each row of TABLE (id,lat,lon) and write RESULT (id,area,border,distance_m)."""
    if not list_areas(layer):
        raise click.ClickException(f"The layer {layer} has no areas. Import them first: flask places import.")
    try:
        placed = _place(table, result, layer)
    except NotUsable as problem:
        raise click.ClickException(f"{table.name}: {problem}") from None
    except (UnicodeDecodeError, csv.Error):
        raise click.ClickException(f"{table.name}: This is not a CSV table in UTF-8.") from None
    except OSError as problem:
        raise click.ClickException(f"{result}: {problem.strerror}.") from None
    _say_placed(placed, result)


def _check_layer(layer: str) -> None:
    if not re.fullmatch(r"[a-z0-9_]{1,40}", layer):
        raise click.BadParameter("use small letters, digits and _, at most 40", param_hint="--layer")


def _read(file: Path) -> bytes:
    if file.stat().st_size > MAX_BYTES:
        raise NotUsable(f"The file is too large: at most {MAX_BYTES // 1_000_000} MB can be taken in.")
    return file.read_bytes()


def _place(table: Path, result: Path, layer: str) -> Placed:
    """Write the result beside its place, then move it there: nobody reads half a table."""
    placed = Placed()
    with (
        table.open(encoding="utf-8-sig", newline="") as source,
        NamedTemporaryFile("w", encoding="utf-8", newline="", dir=result.parent, delete=False) as target,
    ):
        try:
            for placed in place_rows(source, target, layer):
                if placed.row_count and placed.row_count % 10_000 == 0:
                    click.echo(f"{placed.row_count} rows placed.", err=True)
        except BaseException:
            os.unlink(target.name)
            raise
    os.replace(target.name, result)
    return placed


def _say_taken_in(layer: str, areas: list[NewArea], taken: TakenIn) -> None:
    mended = [area.name for area in areas if area.was_mended]
    if mended:
        click.echo(f"Mended, because their lines cross themselves: {', '.join(mended)}.")
    if taken.absent:
        click.echo(f"In the layer but not in the file, left as they were: {', '.join(taken.absent)}.")
    click.echo(f"{layer}: {taken.added} added, {taken.changed} changed, {taken.unchanged} unchanged.")


def _say_placed(placed: Placed, result: Path) -> None:
    click.echo(
        f"{result.name}: {placed.row_count} rows; {placed.placed_count} placed, of these "
        f"{placed.border_count} near a border; {placed.outside_count} outside every area; "
        f"{placed.unreadable_count} that could not be read."
    )
    if placed.compared_count:
        share = 100 * placed.agreeing_count / placed.compared_count
        counts = f"{placed.agreeing_count} of {placed.compared_count}"
        click.echo(f"Agree with the table's own division: {counts} ({share:.2f} %).")
