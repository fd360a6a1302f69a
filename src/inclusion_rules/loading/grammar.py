"""What the models of every kind of document share: strictness, yes and no, days, and the place of conditions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

YesNo = Literal["yes", "no"]


def _day(value: object) -> object:
    """JSON has no dates, so text in the shape of one stands for it."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


Day = Annotated[date, BeforeValidator(_day)]


def _instant(value: object) -> object:
    """An instant is text in YAML and JSON alike; without a time zone it is taken as UTC."""
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            return value
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return value


Instant = Annotated[datetime, BeforeValidator(_instant)]


def _condition_schema(schema: dict[str, Any]) -> None:
    schema.clear()
    schema["x-stands-for"] = "Condition"  # `schema` puts the grammar of conditions here


ConditionData = Annotated[Any, Field(json_schema_extra=_condition_schema)]


class Document(BaseModel):
    """What every document shares: no unknown keys, no conversion of one type into another."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)
