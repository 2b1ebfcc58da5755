"""Colours and fonts. The picture brings its own background, so that it reads the same on light and dark pages."""

STYLE = """
text{font-size:11px;fill:#1f2933;
font-family:"Noto Sans","Noto Sans CJK SC","Noto Sans SC","PingFang SC","Microsoft YaHei",Helvetica,Arial,sans-serif}
.page{fill:#fff;stroke:#c9d1da}
.heading{font-size:20px;font-weight:600}
.section{font-size:12px;font-weight:600;fill:#52606d}
.name{font-size:12px}
.quiet{fill:#66727f}
.small{font-size:9.5px;fill:#66727f}
.strong{font-weight:600}
.good{fill:#1b7a43}
.bad{fill:#b42318}
.closed{fill:#eceff3}
.off{fill:#fdeceb}
.off-name{font-size:10px;fill:#b42318}
.line{stroke:#9aa5b1;fill:none}
.day{stroke:#d5dbe2;fill:none}
.week{stroke:#a9b4bf;fill:none}
.used{fill:#2466a8}
.idle{fill:#bcd4ec}
.late{fill:#d13b2e}
.late-idle{fill:#f3bfba}
.paused{fill:url(#hatch);stroke:#7b8794;stroke-width:.8}
.hatch{stroke:#7b8794;stroke-width:1.4;fill:none}
.due{fill:#1f2933}
.due-line{stroke:#1f2933;stroke-width:1.6;fill:none}
.warning{fill:#e8a317;stroke:#8a5a00;stroke-width:.6}
.breach{stroke:#fff;stroke-width:1.8;fill:none}
.breach-mark{fill:#b42318;stroke:#fff;stroke-width:1}
.met-mark{fill:#1b7a43;stroke:#fff;stroke-width:1.2}
.end-mark{fill:#52606d;stroke:#fff;stroke-width:1.2}
.event{fill:#1f2933;stroke:#fff;stroke-width:1}
.step{fill:#7a3aa8;stroke:#fff;stroke-width:1}
.duty{fill:#0f766e;stroke:#fff;stroke-width:1}
.halo{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}
.leader{stroke:#b4bec9;stroke-width:.8;fill:none}
"""
