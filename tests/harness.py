# SPDX-License-Identifier: GPL-3.0-or-later
"""What the behaviour tests share: ok / not ok lines, a folder of their own, a server to drive.

A script makes one Run, calls ok() for each claim and ends with run.finish().
"""
import atexit
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True  # the source may be read-only
import fcgi_client

SRCDIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OCTAVO = os.environ.get('OCTAVO') or os.path.join(SRCDIR, 'build', 'octavo')
PR_SET_PDEATHSIG, PR_CAPBSET_DROP = 1, 24
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2


def sanitized():
    """Sanitizer builds run without limits (RLIMIT_AS ends them at start): no bombs for them."""
    with open(OCTAVO, 'rb') as binary:
        data = binary.read()
    return b'__asan_init' in data or b'__tsan_init' in data


# Sanitizers and valgrind slow everything down; one factor for every patience in here.
PATIENCE = 5 if sanitized() else 1


def wait_for(condition, seconds, what):
    """The value of condition() once it is true; TimeoutError after so many seconds."""
    deadline = time.monotonic() + seconds * PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError('waited %d s for %s' % (seconds * PATIENCE, what))
        time.sleep(0.02)


def obey_modes():
    """For preexec_fn: root, too, is refused what the file mode refuses."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)
    libc.prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH, 0, 0, 0)


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Run:
    def __init__(self, name):
        self.name, self.passed, self.failed, self.skipped = name, 0, 0, 0
        self.folder = tempfile.mkdtemp(prefix='octavo-%s-' % name)
        self.servers = []
        atexit.register(self.clean)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda n, frame: sys.exit(128 + n))

    def clean(self):
        for server in self.servers:
            server.kill()
        for folder, _, _ in os.walk(self.folder):
            os.chmod(folder, 0o700)
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def ok(self, claim, true, why=''):
        if true:
            self.passed += 1
            print('ok %s' % claim, flush=True)
        else:
            self.failed += 1
            print('not ok %s%s' % (claim, ': %s' % why if why else ''), flush=True)
        return bool(true)

    def equal(self, claim, got, wanted):
        return self.ok(claim, got == wanted, 'got %r, wanted %r' % (got, wanted))

    def skip(self, claim, why):
        self.skipped += 1
        print('ok %s # SKIP %s' % (claim, why), flush=True)

    def part(self, function):
        """Runs a part of the script; what it throws fails that part, not the others."""
        try:
            function(self)
        except Exception:
            self.ok(function.__name__, False, traceback.format_exc())

    def finish(self):
        print('%d passed, %d failed, %d skipped' % (self.passed, self.failed, self.skipped), flush=True)
        sys.exit(1 if self.failed else 0)

    def octavo(self, *arguments, seconds=120, **more):
        """Runs octavo to its end in a folder without an octavo.yaml."""
        more.setdefault('cwd', self.folder)
        more.setdefault('preexec_fn', die_with_parent)
        return subprocess.run([OCTAVO, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=seconds * PATIENCE, **more)

    def check(self, folder, *arguments, **more):
        """octavo check --format json: (finished process, {file: object}, [objects])."""
        done = self.octavo('check', '--format', 'json', *arguments, folder, **more)
        objects = [json.loads(line) for line in done.stdout.decode('utf-8').split('\n') if line]
        return done, {o['file']: o for o in objects}, objects


class Server:
    """octavo serve on a unix socket of its own; what it says goes into a log file."""

    def __init__(self, run, content, *arguments, **more):
        number = len(run.servers)
        self.socket = run.path('octavo-%d.sock' % number)
        self.log = run.path('octavo-%d.log' % number)
        more.setdefault('cwd', run.folder)
        with open(self.log, 'wb') as log:
            self.process = subprocess.Popen(
                [OCTAVO, 'serve', '--listen', self.socket, '--content', content, *arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=die_with_parent, **more)
        run.servers.append(self)
        self.client = fcgi_client.Client(self.socket)

    def said(self):
        with open(self.log, 'r', encoding='utf-8', errors='replace') as log:
            return log.read()

    def get(self, url, **headers):
        return self.client.get(url, **headers)

    def status(self, url):
        """The status of a URL, 0 when nobody answers."""
        try:
            return self.get(url).status
        except (OSError, fcgi_client.ProtocolError):
            return 0

    def wait_ready(self, seconds=30):
        def answering():
            if self.process.poll() is not None:
                raise AssertionError('octavo serve ended with %d:\n%s' % (self.process.returncode, self.said()))
            return self.status('/') == 200
        wait_for(answering, seconds, 'octavo serve to answer; it said:\n' + self.said())
        return self

    def wait_said(self, pattern, seconds=60):
        expression = re.compile(pattern)
        return wait_for(lambda: expression.search(self.said()), seconds, '%r in the log' % pattern)

    def stop(self, seconds=5):
        """SIGTERM; the exit status."""
        self.client.close()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds * PATIENCE)

    def kill(self):
        self.client.close()
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
