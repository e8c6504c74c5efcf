"""What deploy/up, deploy/test and deploy/bench share: the virtual environment, and the processes that they start.

Standard library only, and no syntax younger than Python 3.6, so that an old Python gets a sentence and no SyntaxError.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
CONSTRAINTS = os.path.join(ROOT, "deploy", "constraints.txt")
STAMP = os.path.join(VENV, "installed.json")
OLDEST = (3, 11)
GRACE = 25  # seconds; more than gunicorn's graceful_timeout
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(BaseException):
    """Someone asked this program to end."""


def say(text):
    """Print a line now, also into a pipe."""
    print(text, flush=True)


def fail(text):
    """Print one line and end with status 1."""
    sys.stdout.flush()
    print(f"{os.path.relpath(sys.argv[0])}: {text}", file=sys.stderr, flush=True)
    sys.exit(1)


def require_python():
    """Go on under a Python that is new enough: this one, else the newest on the PATH, else end."""
    if sys.version_info[:2] >= OLDEST:
        return
    for minor in range(19, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        # pyenv and the like put names on the PATH that don't run.
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(found, [found, *sys.argv])
    fail(f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed, and this is {sys.version.split()[0]}")


def stop_on_signals():
    """Turn TERM, INT and HUP into `Stop`, so that every `finally` runs."""

    def stop(number, frame):
        raise Stop(number)

    for number in SIGNALS:
        # Ignored from the start means that nohup, or a shell's `&`, wants it so.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)


def fingerprint():
    """Return a text that changes whenever the environment has to be installed anew."""
    digest = hashlib.sha256(sys.version.encode())
    for path in (os.path.join(ROOT, "pyproject.toml"), CONSTRAINTS):
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def ensure_environment(*extras):
    """Make `.venv` hold the pinned packages and those of the extras ("twin", "test"); quick when it does already."""
    wanted = {"hash": fingerprint(), "extras": sorted(extras)}
    if satisfied(wanted):
        return
    with _locked():
        # Another of these programs may have installed while this one waited.
        if not satisfied(wanted):
            _install(wanted)


def satisfied(wanted):
    """Tell whether the last finished installation was of this hash and at least these extras."""
    installed = _installed()
    return installed["hash"] == wanted["hash"] and set(wanted["extras"]) <= set(installed["extras"])


def _installed():
    try:
        with open(STAMP) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {"hash": "", "extras": []}


@contextlib.contextmanager
def _locked():
    import fcntl

    path = VENV + ".lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    except OSError as error:
        fail(f"can't write {path}: {error.strerror}")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _install(wanted):
    before = _installed()
    extras = sorted(set(wanted["extras"]) | set(before["extras"]))
    if before["hash"] != wanted["hash"]:
        # Also what an interrupted installation left, and what another Python made.
        say(f"Making .venv with Python {sys.version.split()[0]}")
        result = subprocess.run(
            [sys.executable, "-m", "venv", "--clear", VENV], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        if result.returncode:
            reason = result.stdout.decode(errors="replace").strip().splitlines() or ["no reason given"]
            if "ensurepip" in "".join(reason):
                reason = ["its venv module is not complete; on Debian: apt-get install python3-venv"]
            fail(f"Python can't make a virtual environment: {reason[-1]}")
    if os.path.exists(STAMP):
        os.remove(STAMP)
    target = ROOT + (f"[{','.join(extras)}]" if extras else "")
    _pip("install", "--constraint", CONSTRAINTS, "--editable", target)
    with open(STAMP, "w") as file:
        json.dump({"hash": wanted["hash"], "extras": extras}, file)


def _pip(*arguments):
    """Run pip with one line of progress for every package; its whole output goes to `.venv/install.log`."""
    log_path = os.path.join(VENV, "install.log")
    began, lines, count = time.time(), [], 0
    with open(log_path, "w") as log, Processes() as processes:
        pip = processes.start(
            [PYTHON, "-m", "pip", "--disable-pip-version-check", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
        )
        for line in pip.stdout:
            log.write(line)
            lines.append(line.rstrip())
            found = re.match(r"\s*Collecting ([\w.-]+)", line)
            if found:
                count += 1
                _progress(f"  {count} packages found: {found.group(1)}", count)
            elif line.startswith("Installing collected packages"):
                _end_progress()
                say("  installing them")
        _end_progress()
        if pip.wait():
            errors = [line for line in lines if line.startswith("ERROR")] or lines[-1:]
            fail(f"the packages could not be installed: {' '.join(errors[:2])} (all of it: {log_path})")
    say(f"  done in {time.time() - began:.0f} s")


def _progress(text, count):
    if sys.stdout.isatty():
        print("\r\x1b[K" + text, end="", flush=True)
    elif count % 20 == 0:
        say(text)


def _end_progress():
    if sys.stdout.isatty():
        print("\r\x1b[K", end="", flush=True)


class Processes:
    """The children of this program, each with a process group of its own; leaving the `with` block ends them all.

    Their own groups, so that Ctrl-C reaches this program only, and this program decides on the order and the patience.
    """

    def __init__(self):
        self.children = []

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.stop()

    def start(self, command, **options):
        """Start a child in the project's folder; return its Popen."""
        # Held back while the child is being born, or a signal at the wrong moment would leave one that nobody knows.
        # The child gets back the mask that it should start with.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            child = subprocess.Popen(
                command,
                cwd=ROOT,
                start_new_session=True,
                preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_SETMASK, before),
                **options,
            )
            self.children.append(child)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return child

    def run(self, command, **options):
        """Run a child to its end; return its exit status."""
        return self.start(command, **options).wait()

    def stop(self):
        """Ask every child's group to end, the last started first, and kill what is still there after GRACE seconds."""
        before = {number: signal.signal(number, signal.SIG_IGN) for number in SIGNALS}
        deadline = time.time() + GRACE
        for child in reversed(self.children):
            if child.poll() is None:
                child.terminate()
        for child in self.children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.time()))
            # Also what a child that is gone has left behind in its group.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        self.children = []
        for number, handler in before.items():
            signal.signal(number, handler)
