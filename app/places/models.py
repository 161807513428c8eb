"""Areas of the city, imported from GeoJSON, in layers that each have their own use."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation import clock
from app.foundation.db import Id, Model


class Area(Model):
    """One named area of one layer, with its shape as GeoJSON (WGS 84, longitude first)."""

    __tablename__ = "areas"
    __table_args__ = (UniqueConstraint("layer", "name"),)

    id: Mapped[Id]
    layer: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    slug: Mapped[str] = mapped_column(String(120), index=True)
    shape: Mapped[dict[str, Any]]
    is_approximate: Mapped[bool] = mapped_column(default=False)
    drawn_at: Mapped[datetime] = mapped_column(default=clock.now)
    """When its name or shape last changed: how other processes learn that their copy is old."""
