# SPDX-License-Identifier: GPL-3.0-or-later
"""The other side of src/print/wire.h: asks octavo-print for PDFs and cards, as octavo does; and
starts one under an unprivileged user, where Chromium's sandbox works."""
import array
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import time

import harness

HELLO, JOB, OUTCOME = 1, 2, 3
F_ADD_SEALS, SEALS = 1033, 0xf  # seal, shrink, grow, write
PRINT = os.environ.get('OCTAVO_PRINT') or os.path.join(os.path.dirname(harness.OCTAVO), 'octavo-print')
NOBODY = 65534


class Closed(Exception):
    """The worker has closed the connection."""


def bulk(*pieces, seals=SEALS):
    fd = os.memfd_create('job', os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    for piece in pieces:
        view = memoryview(piece)
        while view:
            view = view[os.write(fd, view):]
    if seals:
        fcntl.fcntl(fd, F_ADD_SEALS, seals)
    return fd


def head(kind, length, magic=b'OPR1'):
    return magic + struct.pack('<II', kind, length)


class Asked:
    """One connection."""

    def __init__(self, path, seconds=30):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(seconds * harness.PATIENCE)
        self.socket.connect(path)
        self.buffer, self.fds = b'', []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()
        for fd in self.fds:
            os.close(fd)
        self.fds = []

    def receive(self):
        """(kind, JSON object, descriptor or None)"""
        while len(self.buffer) < 12 or len(self.buffer) < 12 + struct.unpack('<I', self.buffer[8:12])[0]:
            try:
                data, ancillary, _, _ = self.socket.recvmsg(65536, socket.CMSG_SPACE(4))
            except ConnectionResetError:
                data, ancillary = b'', []
            for level, kind, content in ancillary:
                if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                    self.fds += array.array('i', content[:len(content) - len(content) % 4]).tolist()
            if not data:
                raise Closed(self.buffer)
            self.buffer += data
        assert self.buffer[:4] == b'OPR1', self.buffer[:4]
        kind, length = struct.unpack('<II', self.buffer[4:12])
        message = json.loads(self.buffer[12:12 + length])
        self.buffer = self.buffer[12 + length:]
        return kind, message, (self.fds.pop() if self.fds else None)

    def hello(self):
        kind, message, _ = self.receive()
        assert kind == HELLO, kind
        return message

    def send_raw(self, data, *fds):
        self.socket.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', fds))]
                            if fds else [])

    def send(self, job, fd):
        text = json.dumps(job).encode()
        self.send_raw(head(JOB, len(text)) + text, *([] if fd is None else [fd]))

    def outcome(self):
        """The outcome with its file's bytes as 'bytes'."""
        kind, message, fd = self.receive()
        assert kind == OUTCOME, kind
        message['bytes'] = b''
        if fd is not None:
            with os.fdopen(fd, 'rb') as file:
                file.seek(0)
                message['bytes'] = file.read()
        return message


ADDRESS = 'https://blog.example.org/posts/a-post/'


def job_of(html, parts=(), **more):
    """(job, pieces of the bulk); parts: (address, type, bytes)."""
    if isinstance(html, str):
        html = html.encode()
    job = {'product': 'pdf', 'paper': 'a4', 'address': ADDRESS, 'html_size': len(html), 'parts': [],
           'title': 'A post', 'author': 'Ada Example', 'subject': 'What it is about', 'lang': 'en',
           'keywords': ['one', 'two'], 'published': 1764000000, 'updated': 1764086400}
    at, pieces = len(html), [html]
    for address, kind, content in parts:
        job['parts'].append({'address': address, 'type': kind, 'offset': at, 'size': len(content)})
        pieces.append(content)
        at += len(content)
    job.update(more)
    return job, pieces


def begin(path, html, parts=(), **more):
    """A connection with its job sent."""
    job, pieces = job_of(html, parts, **more)
    asked = Asked(path)
    asked.hello()
    fd = bulk(*pieces)
    asked.send(job, fd)
    os.close(fd)
    return asked


def ask(path, html, parts=(), **more):
    """The outcome of one job."""
    with begin(path, html, parts, **more) as asked:
        return asked.outcome()


def as_nobody():
    """For preexec_fn: what the worker's unit does with its own user."""
    harness.die_with_parent()
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    harness.die_with_parent()  # a change of user undoes it


class Worker:
    """octavo-print on a socket of its own, under a user that is not root; its log in a file."""

    def __init__(self, run, *arguments, user=True, path=None, **more):
        number = len(run.servers)
        self.folder = run.path('print-%d' % number)
        os.mkdir(self.folder)
        os.chmod(self.folder, 0o777)
        os.chmod(run.folder, 0o755)
        self.socket = path or os.path.join(self.folder, 's')
        self.log = run.path('print-%d.log' % number)
        env = {'PATH': os.environ.get('PATH', '/usr/bin:/bin'), 'TMPDIR': self.folder}
        env.update(more.pop('env', {}))
        more.setdefault('preexec_fn', as_nobody if user else harness.die_with_parent)
        with open(self.log, 'wb') as log:
            self.process = subprocess.Popen([PRINT, '--listen', self.socket, *arguments],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env,
                                            start_new_session=True, **more)
        run.servers.append(self)

    def wait_ready(self):
        def answering():
            if self.process.poll() is not None:
                raise AssertionError('octavo-print ended with %d:\n%s' % (self.process.returncode, self.said()))
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
                return probe.connect_ex(self.socket) == 0
        harness.wait_for(answering, 20, 'octavo-print to listen')
        return self

    def said(self):
        with open(self.log, encoding='utf-8', errors='replace') as log:
            return log.read()

    def hello(self):
        with Asked(self.socket) as asked:
            return asked.hello()

    def ask(self, html, parts=(), **more):
        return ask(self.socket, html, parts, **more)

    def begin(self, html, parts=(), **more):
        return begin(self.socket, html, parts, **more)

    def stop(self, seconds=20):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds * harness.PATIENCE)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def processes():
    """{pid: (parent, state, group, name)} of all there are; names as ps shows them, cut."""
    found = {}
    for name in os.listdir('/proc'):
        if not name.isdigit():
            continue
        try:
            with open('/proc/%s/stat' % name, encoding='utf-8', errors='replace') as file:
                text = file.read()
        except OSError:
            continue
        inner, rest = text.rsplit(')', 1)
        fields = rest.split()
        found[int(name)] = (int(fields[1]), fields[0], int(fields[2]), inner.split('(', 1)[1])
    return found


def below(pid):
    """The processes that a process has started, and they, and so on."""
    all_of_them, found = processes(), []
    todo = [pid]
    while todo:
        one = todo.pop()
        children = [child for child, (parent, _, _, _) in all_of_them.items() if parent == one]
        found += children
        todo += children
    return {child: all_of_them[child] for child in found}


def alive(pids):
    """Those of them that still are there, zombies too."""
    now = processes()
    return {pid: now[pid] for pid in pids if pid in now}


def wait_gone(pids, seconds=10):
    """What is left of them after so many seconds: nothing, if all is well."""
    deadline = time.monotonic() + seconds * harness.PATIENCE
    while alive(pids) and time.monotonic() < deadline:
        # Orphans may have come to us, who are then to wait for them.
        for pid, (parent, _, _, _) in alive(pids).items():
            if parent == os.getpid():
                try:
                    os.waitpid(pid, os.WNOHANG)
                except ChildProcessError:
                    pass
        time.sleep(0.02)
    return alive(pids)
