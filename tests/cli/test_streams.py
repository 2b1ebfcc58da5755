"""What a command line owes to the streams, terminals and signals around it, in processes of its own."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.samples import event, unmeasured

HERE = Path(__file__).parent
POLICY, TICKETS = str(HERE / "desk.yaml"), str(HERE / "tickets.ndjson")
EXAMPLES = sorted(map(str, (HERE.parents[1] / "examples" / "tickets").glob("*.ndjson")))
COMMAND = [sys.executable, "-c", "from svcrules.cli.main import main; main()"]
DECIDE = [*COMMAND, "decide", "--policy", POLICY]
# Against hanging only: no test comes near it.
PATIENCE = 60

FULL = Path("/dev/full")
UNREADABLE = Path("/proc/self/mem")
on_full_disk = pytest.mark.skipif(not FULL.exists(), reason="no device here that is always full")


@pytest.fixture(autouse=True)
def buffered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let streams be as they are for users, whatever the environment of the test run says."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)


def many(folder: Path, size: int = 1_200_000) -> str:
    """Return the path of a file with more than `size` bytes of events."""
    line = json.dumps(event({"text": "leak " * 200})) + "\n"
    path = folder / "many.ndjson"
    path.write_text(line * (size // len(line) + 1), encoding="utf-8")
    return str(path)


def run(*command: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False, **options)  # type: ignore[call-overload,no-any-return]


def test_reader_that_has_had_enough(tmp_path: Path) -> None:
    with subprocess.Popen([*DECIDE, many(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["ticket"] == "T-1"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 0


def test_reader_that_never_read() -> None:
    with subprocess.Popen([*DECIDE, TICKETS], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 0


@on_full_disk
@pytest.mark.parametrize("large", [False, True])
def test_full_disk(large: bool, tmp_path: Path) -> None:
    with FULL.open("wb") as out:
        process = subprocess.run(
            [*DECIDE, many(tmp_path) if large else TICKETS],
            stdout=out,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
            check=False,
        )
    assert (process.returncode, process.stderr) == (4, b"svcrules: error: No space left on device\n")


@on_full_disk
def test_no_room_for_rejects() -> None:
    process = run(*DECIDE, "--rejects", str(FULL), input=b"{}\n")
    assert (process.returncode, process.stdout) == (4, b"")
    assert process.stderr == b"svcrules: error: No space left on device\n"


@pytest.mark.skipif(not UNREADABLE.exists(), reason="no file here that can be opened but not read")
def test_file_that_fails_midway() -> None:
    process = run(*DECIDE, TICKETS, str(UNREADABLE))
    # What was decided before is printed all the same.
    assert process.stdout == (HERE / "golden" / "decisions.ndjson").read_bytes()
    assert (process.returncode, process.stderr) == (4, b"svcrules: error: Input/output error\n")


def test_rejects_that_cannot_be_written(tmp_path: Path) -> None:
    process = run(*DECIDE, "--rejects", str(tmp_path / "none" / "rejects.ndjson"), TICKETS)
    assert (process.returncode, process.stdout) == (4, b"")
    assert process.stderr == f"svcrules: error: {tmp_path}/none/rejects.ndjson: No such file or directory\n".encode()


def test_interrupted() -> None:
    with subprocess.Popen([*DECIDE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(event({})).encode() + b"\n")
        process.stdin.flush()
        # The decision comes at once, so the process is up and waiting for more.
        assert json.loads(process.stdout.readline())["ticket"] == "T-1"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err.strip()) == (130, b"", b"svcrules: interrupted")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams(closed: str) -> None:
    process = run("sh", "-c", f'exec "$@" {closed}', "sh", *DECIDE)
    assert (process.returncode, process.stdout, process.stderr) == (0, b"", b"")


def test_usage_error_and_findings_leave_with_their_codes(tmp_path: Path) -> None:
    process = run(*COMMAND, "decide", "none.ndjson")
    assert (process.returncode, process.stdout) == (2, b"")
    assert process.stderr.endswith(b"Error: no file `none.ndjson`\n")
    assert run(*COMMAND, "validate", str(tmp_path)).returncode == 1
    assert run(*DECIDE, input=b"{}\n").returncode == 3
    assert run(*COMMAND, "--help").returncode == 0


def test_output_is_utf8_whatever_the_locale() -> None:
    process = run(*DECIDE, TICKETS, env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"})
    assert (process.returncode, process.stdout) == (0, (HERE / "golden" / "decisions.ndjson").read_bytes())


def on_terminal(command: list[str], terminal: Callable[[int], dict[str, int]]) -> tuple[bytes, bytes]:
    """Run the command; return what came through a pipe for standard output and what came to the terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    streams: dict[str, int] = {"stdout": subprocess.PIPE, **terminal(theirs)}
    with subprocess.Popen(command, env=environment, **streams) as process:  # type: ignore[call-overload]
        os.close(theirs)
        shown = bytearray()
        piped = process.stdout.read() if process.stdout is not None else b""
        while True:
            try:
                part = os.read(ours, 65_536)
            except OSError:  # Linux says so when the other side is closed
                break
            if not part:
                break
            shown += part
        assert process.wait(PATIENCE) == 0
    os.close(ours)
    return piped, bytes(shown)


def test_progress_on_a_terminal_and_decisions_in_the_file(tmp_path: Path) -> None:
    path = many(tmp_path)
    piped, shown = on_terminal([*DECIDE, path], lambda terminal: {"stderr": terminal})
    assert piped == run(*DECIDE, path).stdout
    assert b"deciding" in shown
    assert b"ticket" not in shown


@pytest.mark.parametrize(
    ("size", "terminal"),
    [
        (1, lambda terminal: {"stderr": terminal}),
        (1_200_000, lambda terminal: {"stderr": subprocess.DEVNULL}),
        (1_200_000, lambda terminal: {"stderr": terminal, "stdout": terminal}),
    ],
    ids=["a short file", "no terminal", "decisions on the terminal"],
)
def test_no_progress(size: int, terminal: Callable[[int], dict[str, int]], tmp_path: Path) -> None:
    _, shown = on_terminal([*DECIDE, "--rejects", str(tmp_path / "r"), many(tmp_path, size)], terminal)
    assert b"deciding" not in shown


def test_colours_on_a_terminal(tmp_path: Path) -> None:
    command = [*COMMAND, "validate", POLICY]
    _, shown = on_terminal(command, lambda terminal: {"stdout": terminal, "stderr": terminal})
    assert shown == b"1 policy: no findings\r\n"
    _, shown = on_terminal(
        [*DECIDE, "--format", "table", TICKETS], lambda terminal: {"stdout": terminal, "stderr": terminal}
    )
    assert b"\x1b[1m" in shown


@pytest.mark.parametrize("options", [[], ["--explain"]], ids=" ".join)
def test_output_does_not_depend_on_the_hash_seed(options: list[str]) -> None:
    def start(seed: str) -> subprocess.Popen[bytes]:
        command = [*COMMAND, "decide", *options, *EXAMPLES]
        return subprocess.Popen(command, stdout=subprocess.PIPE, env=unmeasured(PYTHONHASHSEED=seed))

    with start("1") as one, start("42") as other:
        outputs = [process.communicate(timeout=PATIENCE)[0] for process in (one, other)]
    assert (one.returncode, other.returncode) == (0, 0)
    assert outputs[0] == outputs[1] != b""
