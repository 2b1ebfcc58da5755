"""Working time: calendars with opening hours and days off, and durations. Pure: no file, no clock."""
