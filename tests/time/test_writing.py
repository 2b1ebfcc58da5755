"""Instants as they are written, against what Python writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcrules.time.writing import written

ZONES = ["Asia/Shanghai", "UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Africa/Monrovia"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
zones = st.sampled_from(ZONES).map(ZoneInfo)
# Of the years 1 to 9999.
instants = st.integers(-62_135_000_000, 253_402_000_000).map(lambda seconds: EPOCH + timedelta(seconds=seconds))


def plainly(instant: datetime, zone: ZoneInfo) -> str:
    offset = instant.astimezone(zone).utcoffset()
    assert offset is not None
    if offset.seconds % 60:
        return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return instant.astimezone(zone).isoformat()


@given(zones, instants, st.integers(0, 2))
def test_any_instant(zone: ZoneInfo, instant: datetime, microseconds: int) -> None:
    instant += timedelta(microseconds=microseconds)
    assert written(instant, zone) == plainly(instant, zone)


@given(zones, st.integers(-40 * 24 * 60, 40 * 24 * 60))
@pytest.mark.parametrize("about", ["1972-01-07", "2011-12-30", "2026-03-08", "2026-11-01", "2026-03-29", "1970-01-01"])
def test_about_changes_of_clocks(about: str, zone: ZoneInfo, minutes: int) -> None:
    instant = datetime.fromisoformat(about).replace(tzinfo=UTC) + timedelta(minutes=minutes)
    assert written(instant, zone) == plainly(instant, zone)
    assert written(instant.astimezone(zone), zone) == plainly(instant, zone)


def test_first_and_last_years() -> None:
    for instant in (datetime(1, 1, 1, 12, tzinfo=UTC), datetime(9999, 12, 31, 12, tzinfo=UTC)):
        assert written(instant, ZoneInfo("UTC")) == instant.isoformat()
