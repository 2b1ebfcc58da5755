"""A simulation as a picture in SVG: clocks as bars on a time axis, with what falls due."""
