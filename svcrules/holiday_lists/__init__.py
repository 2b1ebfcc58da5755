"""Lists of days off and make-up working days, made from what other packages know of countries."""
