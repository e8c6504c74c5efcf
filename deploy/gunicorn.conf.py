"""gunicorn's configuration: `gunicorn -c deploy/gunicorn.conf.py wsgi:app`. Options on the command line win.

Other workers: `-k gthread --threads 16`, or `-k sync`. Lines that only repeat gunicorn's defaults are left out.
"""

import _thread
import importlib.util
import os
import re
import signal
import sys
import time
from pathlib import Path

from dotenv import dotenv_values
from gunicorn.glogging import Logger
from gunicorn.http.body import ChunkedReader
from gunicorn.http.errors import UnsupportedTransferCoding

ROOT = Path(__file__).resolve().parent.parent

# The same places as myapp.settings reads. That module isn't imported: the master would load Flask and SQLAlchemy before
# the workers have patched the standard library for gevent.
environ = {
    name.upper(): text for source in (dotenv_values(ROOT / ".env"), os.environ) for name, text in source.items() if text
}

wsgi_app = "wsgi:app"

# One greenlet a request: a request that waits for the database, a broker or a slow client costs a few KB and no thread.
worker_class = "gevent"

# A gevent worker uses one core, so with servers behind it the number to set is that of the cores. It is one by default
# because of what is embedded then: live messages stay in their process, and SQLite has one writer at a time.
workers = int(environ.get("WEB_CONCURRENCY") or 1)

# Connections open at once in one worker, idle ones included: more would wait in the listen queue unseen.
worker_connections = 1000

# gunicorn's parser in C. "fast" and not "auto": a machine on which it is missing should say so, not be slow in silence.
http_parser = "fast"

# A worker that hasn't reported for so long is killed. It is a watchdog for a stuck loop under gevent and gthread, which
# report whatever their requests do, but the longest time that a request may take under sync.
timeout = 30

# After TERM: how long requests under way may take to finish. Less than Docker's and Kubernetes' patience is the point:
# systemd's is 90 s, Kubernetes' 30 s; whoever uses `docker stop` (10 s) raises that.
graceful_timeout = 20

# Seconds that an idle connection is kept. Short on purpose: a gevent worker told to stop waits for idle connections
# too. A proxy in front must drop its own idle connections sooner, or it sends a request into a closed one now and then.
keepalive = 5

# The heartbeat is a file; on a disk its write can block a worker for seconds, and memory can't.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

# gunicorn's remote control: one socket in the home directory, which two servers of one user would fight over.
control_socket_disable = True

# Who may say, by X-Forwarded-Proto, that the visitor came by https. Nobody unless named: gunicorn's own default is
# 127.0.0.1, which is every local user. The application takes the visitor's address and host by the same list.
forwarded_allow_ips = environ.get("MYAPP_TRUSTED_PROXIES") or ""

# The request's id (from the response, as myapp.logs gave it) and the duration in milliseconds, body included.
accesslog = "-"
access_log_format = '%(t)s %(h)s [%({x-request-id}o)s] "%(r)s" %(s)s %(b)s %(M)sms "%(a)s"'

# A name has no "?", and what is before its telling word is taken once and for all: the time grows with the length of a
# query alone, whatever is in it.
SECRET_IN_A_QUERY = re.compile(
    r"([?&](?:(?!token|key|password|secret)[^=&?\s])*+(?:token|key|password|secret)[^=&?\s]*+=)[^&\s\"]+", re.IGNORECASE
)


class DiscreetLogger(Logger):
    """gunicorn's logger; what a query gives as a token or a key stays out of the log (a WebSocket's token is there)."""

    def atoms(self, *args):
        """What the line about a request is made of."""
        atoms = super().atoms(*args)
        for name in ("r", "q", "f"):
            atoms[name] = SECRET_IN_A_QUERY.sub(r"\1...", str(atoms[name]))
        return atoms


logger_class = DiscreetLogger

if environ.get("MYAPP_LOG_FORMAT") == "json":
    # By its path, so that the package around it isn't loaded.
    spec = importlib.util.spec_from_file_location("json_lines", ROOT / "myapp" / "json_lines.py")
    json_lines = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(json_lines)

    class JsonLogger(DiscreetLogger):
        """gunicorn's logger, with the application's form of a line."""

        def setup(self, cfg):
            """Give its handlers the formatter."""
            super().setup(cfg)
            for handler in self.error_log.handlers + self.access_log.handlers:
                handler.setFormatter(json_lines.JsonLines())

    logger_class = JsonLogger
    # The message; the rest are fields.
    access_log_format = "%(r)s"

# The application is loaded in each worker (preload_app stays off): gevent patches the standard library in the worker,
# and what was imported before that keeps unpatched sockets and locks. With -k gthread or -k sync, --preload is safe.


def post_fork(server, worker):
    """Prepare a worker for its own database connections, before it loads the application."""
    concurrency = {"sync": 1, "gthread": server.cfg.threads}.get(server.cfg.worker_class_str, 10)
    # No more than can be used at once; under gevent, requests wait for one of ten (twenty under load), because
    # PostgreSQL accepts 100 from all workers together unless told otherwise.
    os.environ.setdefault("MYAPP_DATABASE_POOL_SIZE", environ.get("MYAPP_DATABASE_POOL_SIZE") or str(concurrency))
    if server.app.callable is not None:
        # --preload: what the master opened must not be shared by its children.
        from myapp.database import leave_connections

        leave_connections(server.app.callable)


def post_worker_init(worker):
    """Enter the application's lifespan; what it raises ends the worker and, at the start, gunicorn itself."""
    # With --reload, gunicorn puts a page in place of a broken application.
    if "lifespan" in getattr(worker.wsgi, "extensions", {}):
        from myapp.kit.lifespan import startup

        startup(worker.wsgi)
    if "api" in getattr(worker.wsgi, "extensions", {}):
        _close_websockets_at_the_end(worker)


def _close_websockets_at_the_end(worker):
    """At TERM, tell the clients of open WebSockets to come back later; else they keep the worker until it is killed."""
    from myapp.kit.websockets.route import close_websockets

    stop = signal.getsignal(signal.SIGTERM)

    def terminate(number, frame):
        stop(number, frame)
        # Elsewhere: what the signal has interrupted may hold the lock of a socket. Under gevent it is a greenlet.
        _thread.start_new_thread(close_websockets, (worker.wsgi,))

    signal.signal(signal.SIGTERM, terminate)


class Chunks:
    """Reads a body that comes in chunks. Behind broken ones nobody knows where the next request begins: it must not be
    looked for, and the connection ends with the answer."""

    def __init__(self, req):
        self.req = req
        self.reader = req.body.reader

    def read(self, size):
        """Read up to so many bytes."""
        try:
            return self.reader.read(size)
        except Exception:
            self.req.force_close()
            raise


def pre_request(worker, req):
    """See to it that what belongs to a body, or follows a broken one, is no request.

    A transfer coding other than chunks tells nobody where the body ends; gunicorn would say that there is none.
    """
    if isinstance(req.body.reader, ChunkedReader):
        req.body.reader = Chunks(req)
    elif coding := next((value for name, value in req.headers if name == "TRANSFER-ENCODING"), None):
        raise UnsupportedTransferCoding(coding)


def post_request(worker, req, environ, resp):
    """Give the other connections their turn; under gevent, `time.sleep` is gevent's.

    A quick client that keeps its connection has sent its next request before the worker reads again, so nothing would
    make the worker leave that connection: it would serve a few and starve the rest.
    """
    time.sleep(0)


def worker_exit(server, worker):
    """Leave it, also when the worker is told to stop or its watchdog aborts it; a KILL leaves nothing."""
    if "lifespan" in getattr(getattr(worker, "wsgi", None), "extensions", {}):
        from myapp.kit.lifespan import shutdown

        shutdown(worker.wsgi)


def nworkers_changed(server, new_value, old_value):
    """Keep to one worker, at the start and after TTIN, where live messages could not reach a second one."""
    if new_value < 2 or environ.get("MYAPP_REDIS_URL"):
        return
    reason = f"{new_value} workers need MYAPP_REDIS_URL (such as redis://localhost:6379/0) to pass on live messages"
    if old_value is None:
        sys.exit(f"gunicorn: {reason}")
    server.log.error(reason)
    server.num_workers = old_value
