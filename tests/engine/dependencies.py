# SPDX-License-Identifier: MIT
"""Which part of the program may include which: app -> ui -> engine's face, and one direction inside the engine.

    dependencies.py SOURCE_DIRECTORY QT_INCLUDE_DIRECTORY
"""

import pathlib
import re
import sys

# The engine's face: what ui/ and app/ may see of it.
FACE = {"application.h", "endpoint.h", "engine.h", "error.h", "expected.h", "explanation.h", "limits.h", "message.h",
        "port_probe.h", "profile.h", "profile_json.h", "rule_coverage.h", "rule_entries.h", "running_programs.h",
        "script_line.h", "server_check.h", "snapshot.h", "time_since_boot.h", "trace_step.h"}
# Plain values at the engine's root, which its rooms share.
VALUES = {"application.h", "endpoint.h", "error.h", "expected.h", "limits.h", "message.h", "profile.h",
          "server_check.h", "snapshot.h", "trace_step.h"}
# Tools at its root that stand on nothing but these: the threads' and the passwords'.
TOOLS = {"mailbox.h", "profile_json.h", "running_programs.h", "worker.h"}
# What each room of the engine may use of the others.
ROOMS = {
    "proto": set(),
    "net": set(),
    "owner": {"net"},
    "stats": set(),
    "rules": {"proto"},
    "relay": {"net", "proto", "stats"},
    "outbound": {"net", "proto", "relay"},
    "inbound": {"net", "outbound", "owner", "proto", "relay", "rules", "stats"},
}
# Wire formats know addresses, errors and limits, nothing of profiles or live state.
PROTO_VALUES = {"application.h", "endpoint.h", "error.h", "expected.h", "limits.h"}
ENGINE_QT = {"QtCore", "QtNetwork"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def may_include_of_engine(source, target):
    """Whether a file of the engine may include another one; both as parts of their paths below engine/."""
    if len(source) == 1:
        return True  # The root puts the rooms together.
    room = source[0]
    if len(target) == 1:
        return target[0] in (PROTO_VALUES if room == "proto" else VALUES | TOOLS)
    return target[0] == room or target[0] in ROOMS.get(room, set())


def problem(path, is_quoted, included, qt_modules):
    """What is wrong with one include of a file, or nothing."""
    source, target = path.split("/"), included.split("/")
    part = source[0]
    if not is_quoted:
        if part != "engine" or not included.startswith("Q"):
            return None
        modules = {target[0]} if len(target) > 1 else qt_modules(included)
        return None if modules & ENGINE_QT or not modules else "the engine uses Qt Core and Network only"
    if included.endswith(".moc"):
        return None
    if len(target) < 2 or target[0] not in ("engine", "ui", "app"):
        return 'project headers are named from the root: "engine/...", "ui/...", "app/..."'
    if part == "engine":
        if target[0] != "engine":
            return f"the engine knows nothing of {target[0]}/"
        return None if may_include_of_engine(source[1:], target[1:]) else "not a direction the engine's rooms may use"
    if target[0] == "engine":
        is_face = len(target) == 2 and target[1] in FACE
        return None if is_face else "only the engine's face may be used from outside"
    return "ui/ knows nothing of app/" if part == "ui" and target[0] == "app" else None


def check_the_check():
    """Rows that must be caught, and rows that must not, so that this file is known to look."""
    def modules(name):
        return {"QString": {"QtCore"}, "QHostInfo": {"QtNetwork"}, "QWidget": {"QtWidgets"}}.get(name, set())

    bad = [("engine/relay/a.cpp", True, "engine/inbound/b.h"), ("engine/proto/a.h", True, "engine/net/b.h"),
           ("engine/proto/a.h", True, "engine/profile.h"), ("engine/stats/a.h", True, "engine/engine.h"),
           ("engine/a.cpp", True, "ui/b.h"), ("engine/net/a.cpp", True, "app/b.h"),
           ("engine/a.cpp", False, "QWidget"), ("engine/a.cpp", False, "QtGui/QImage"),
           ("ui/a.cpp", True, "engine/stats/b.h"), ("ui/a.cpp", True, "engine/engine_core.h"),
           ("ui/a.cpp", True, "app/b.h"), ("app/a.cpp", True, "engine/net/b.h"), ("ui/a.cpp", True, "b.h")]
    good = [("engine/inbound/a.cpp", True, "engine/relay/b.h"), ("engine/a.cpp", True, "engine/net/b.h"),
            ("engine/proto/a.h", True, "engine/endpoint.h"), ("engine/a.cpp", False, "QHostInfo"),
            ("engine/a.cpp", False, "vector"), ("ui/a.cpp", True, "engine/snapshot.h"),
            ("app/a.cpp", True, "ui/userinterface.h"), ("ui/a.cpp", False, "QWidget")]
    assert all(problem(*row, modules) for row in bad), [row for row in bad if not problem(*row, modules)]
    assert not any(problem(*row, modules) for row in good), [row for row in good if problem(*row, modules)]


def main():
    check_the_check()
    root, qt = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    all_modules = [module for module in qt.iterdir() if module.is_dir()]

    def qt_modules(name):
        return {module.name for module in all_modules if (module / name).exists()}

    files = [file for part in ("engine", "ui", "app") for file in sorted((root / part).rglob("*"))
             if file.suffix in (".h", ".cpp")]
    failures = []
    for file in files:
        path = file.relative_to(root).as_posix()
        for quote, included in INCLUDE.findall(file.read_text(encoding="utf-8")):
            if message := problem(path, quote == '"', included, qt_modules):
                failures.append(f"{path}: #include {included}: {message}")
    print("\n".join(failures) if failures else f"{len(files)} files keep to the directions")
    return 1 if failures or not files else 0


if __name__ == "__main__":
    sys.exit(main())
