"""From other formats to events."""
