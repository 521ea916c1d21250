# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers, many at once, who notice everything; and somebody who holds a socket as systemd does.

Shared by tests/restart.test and tests/cluster.test.
"""
import collections
import contextlib
import http.client
import itertools
import os
import signal
import socket
import subprocess
import threading
import time

import fcgi_client
import harness

PATIENCE = harness.PATIENCE

ORIGIN = time.monotonic()
# at: when it was noticed, in seconds since this file was loaded: the same clock for all readers.
Fault = collections.namedtuple('Fault', 'at connection url what')


def now():
    return time.monotonic() - ORIGIN


class Readers:
    """So many kept connections to a web server's port, each asking for one URL after the other.

    `right`: (url, status, body) → '' or what is wrong with that answer. Each fault is kept with its
    moment, its connection and its URL. Use as a context: the readers stop at its end.
    """

    def __init__(self, port, urls, right, connections=4, headers=None, fresh=False, pace=0.004):
        self.port, self.urls, self.right, self.fresh, self.pace = port, list(urls), right, fresh, pace
        self.headers = headers or {}
        self.count, self.worst, self.faults = 0, 0.0, []
        self.longest = None  # what took `worst` seconds
        self._stop, self._lock = threading.Event(), threading.Lock()
        self._threads = [threading.Thread(target=self._read, args=(number,), daemon=True)
                         for number in range(connections)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join(60 * PATIENCE)

    def between(self, start, end):
        return [fault for fault in self.faults if start <= fault.at <= end]

    def told(self, most=5):
        """Faults by what and how often, and the first ones with their place."""
        if not self.faults:
            return ''
        kinds = collections.Counter(fault.what for fault in self.faults)
        return '%d of %d; %s; first: %s' % (
            len(self.faults), self.count, ', '.join('%d × %s' % (n, what) for what, n in kinds.most_common(most)),
            '; '.join('%.2f s #%d %s %s' % fault for fault in self.faults[:most]))

    def _read(self, number):
        connection = None
        # Each begins elsewhere, so that not all ask for the same at the same time.
        start = number * len(self.urls) // max(1, len(self._threads))
        for turn in itertools.count(start):
            if self._stop.wait(self.pace):
                break
            url = self.urls[turn % len(self.urls)]
            if self.fresh:  # never twice the same: no cache has it
                url += '%snever=%d-%d' % ('&' if '?' in url else '?', number, turn)
            begin = time.monotonic()
            try:
                if connection is None:
                    connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30 * PATIENCE)
                connection.request('GET', url, headers=self.headers)
                answer = connection.getresponse()
                body = answer.read()
                what = self.right(url, answer.status, body)
            except (OSError, http.client.HTTPException) as error:
                what = repr(error)
                connection.close()
                connection = None
            took = time.monotonic() - begin
            with self._lock:
                self.count += 1
                if took > self.worst:
                    self.worst, self.longest = took, '%s until %.2f s' % (url, now())
                if what:
                    self.faults.append(Fault(now(), number, url, what))
        if connection:
            connection.close()


def same_as(known):
    """For `right`: 200, and the very bytes; `known`: {url: bytes or a list of such; None: any}."""
    known = {url: list(body) if isinstance(body, (list, tuple, set)) else [body] for url, body in known.items()}

    def right(url, status, body):
        if status != 200:
            return 'status %d' % status
        url = url.split('?never=')[0].split('&never=')[0]
        return '' if body in known[url] or None in known[url] else 'wrong bytes (%d)' % len(body)
    return right


def text_of(address):
    """As `listen` has it."""
    return address if isinstance(address, str) else ('[%s]:%d' if ':' in address[0] else '%s:%d') % address


class Node:
    """octavo serve on an address of its own: a path or (host, port)."""

    def __init__(self, run, content, *arguments, address, environment=None, umask=-1):
        number = len(run.servers)
        self.address = self.socket = address
        self.command = [harness.OCTAVO, 'serve', '--content', content, *arguments]
        self.environment, self.umask, self.folder = environment, umask, run.folder
        self.log = run.path('node-%d.log' % number)
        self.process = None
        run.servers.append(self)

    def start(self):
        self._spawn([*self.command, '--listen', text_of(self.address)])
        return self

    def _spawn(self, command, **more):
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=self.folder,
                env=self.environment, umask=self.umask, preexec_fn=harness.die_with_parent, **more)

    def answers(self, url='/', timeout=30, **headers):
        client = fcgi_client.Client(self.address, timeout * PATIENCE)
        with contextlib.closing(client):
            return client.request(url, keep=False, headers={k.replace('_', '-'): v for k, v in headers.items()})

    def status(self, url='/'):
        try:
            return self.answers(url).status
        except (OSError, fcgi_client.ProtocolError):
            return 0

    def wait_ready(self, seconds=30):
        def answering():
            if self.process.poll() is not None:
                raise AssertionError('octavo serve ended with %d:\n%s' % (self.process.returncode, self.said()))
            return self.status() == 200
        harness.wait_for(answering, seconds, 'octavo serve to answer')
        return self

    def said(self):
        with open(self.log, encoding='utf-8', errors='replace') as log:
            return log.read()

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self, seconds=15):
        """SIGTERM; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds * PATIENCE)

    def listens(self):
        """How often it has said so."""
        return self.said().count('listening on ')

    def restart(self):
        """As systemctl restart (Type=notify): SIGTERM, its end, the next one until it serves. (status, seconds)"""
        begin, before = time.monotonic(), self.listens()
        code = self.stop()
        self.start()
        harness.wait_for(lambda: self.listens() > before, 30, 'octavo serve to listen:\n' + self.said())
        return code, time.monotonic() - begin

    def crash(self, pause=0.1):
        """As kill −9 with Restart=always, RestartSec=100ms."""
        self.process.kill()
        self.process.wait()
        time.sleep(pause)
        self.start()

    def kill(self):
        if self.process and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Holder(Node):
    """octavo serve on a socket that outlives it: bound here, handed over by LISTEN_FDS."""

    def __init__(self, run, content, *arguments, address, **more):
        super().__init__(run, content, *arguments, address=address, **more)
        if isinstance(address, tuple):
            self.listener = socket.socket(socket.AF_INET6 if ':' in address[0] else socket.AF_INET)
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.listener.bind(address)
        else:
            self.listener = socket.socket(socket.AF_UNIX)
            self.listener.bind(address)
            os.chmod(address, 0o666)
        self.listener.listen(4096)

    def start(self):
        # LISTEN_PID is the number of the process that will be octavo: the shell knows it.
        held = self.listener.fileno()
        self._spawn(['/bin/sh', '-c', 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$@" 3<&%d' % held, 'sh', *self.command],
                    pass_fds=(held,))
        return self

    def wait_ready(self, seconds=30):
        # It need not be asked again and again: the request waits in the socket's queue.
        if self.answers(timeout=seconds).status != 200:
            raise AssertionError('octavo serve answers otherwise:\n' + self.said())
        return self

    def kill(self):
        self.listener.close()
        super().kill()
