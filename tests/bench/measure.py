# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured, and how: one HTTP answer to the byte, wrk for a while, CPU time and memory of
processes, and readers at a steady pace."""
import array
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time

import fcgi_client
import harness

LUA = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'wrk.lua')


# --- one answer ---

class Answer:
    """status; headers: {lower name: value}; body; wire: bytes as they came, the head included."""

    def __init__(self, head, body, wire):
        lines = head.decode('latin-1').split('\r\n')
        self.status = int(lines[0].split()[1])
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(':') for line in lines[1:])}
        self.body, self.wire = body, wire


def ask(port, path, headers):
    """GET on a connection of its own, which stays open as wrk's do."""
    with socket.create_connection(('127.0.0.1', port), 20) as peer:
        lines = ['GET %s HTTP/1.1' % path, 'Host: 127.0.0.1:%d' % port]
        lines += ['%s: %s' % pair for pair in headers.items()]
        peer.sendall('\r\n'.join(lines + ['', '']).encode())
        data = b''

        def more():
            nonlocal data
            piece = peer.recv(65536)
            if not piece:
                raise ConnectionError('closed in the middle of an answer')
            data += piece
        while b'\r\n\r\n' not in data:
            more()
        head, _, _ = data.partition(b'\r\n\r\n')
        answer = Answer(head, b'', len(head) + 4)

        def take(end):
            """The bytes from where the answer has been read up to `end`."""
            while len(data) < end:
                more()
            piece, answer.wire = data[answer.wire:end], end
            return piece
        if answer.status == 304:
            return answer
        if 'content-length' in answer.headers:
            answer.body = take(answer.wire + int(answer.headers['content-length']))
            return answer
        size = None if answer.headers.get('transfer-encoding') == 'chunked' else 0
        while size != 0:
            while b'\r\n' not in data[answer.wire:]:
                more()
            size = int(take(data.index(b'\r\n', answer.wire) + 2), 16)
            answer.body += take(answer.wire + size + 2)[:size]
        return answer


# --- processes ---

def family(pid):
    """A process and all that descend from it."""
    parents = {}
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                with open('/proc/%s/stat' % name) as stat:
                    parents[int(name)] = int(stat.read().rpartition(')')[2].split()[1])
            except OSError:
                pass  # it has ended
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def cpu_ns(pids):
    """Time on a core, of all threads, as the scheduler counts it."""
    total = 0
    for pid in pids:
        try:
            for thread in os.listdir('/proc/%d/task' % pid):
                with open('/proc/%d/task/%s/schedstat' % (pid, thread)) as stat:
                    total += int(stat.read().split()[0])
        except OSError:
            pass  # it has ended
    return total


def pss_kb(pids):
    """Memory, where pages that several processes share count for each by its part."""
    total = 0
    for pid in pids:
        try:
            with open('/proc/%d/smaps_rollup' % pid) as rollup:
                total += next(int(line.split()[1]) for line in rollup if line.startswith('Pss:'))
        except (OSError, StopIteration):
            pass
    return total


def wait_alone(pid, seconds):
    """Until the process has had no other below it for so long: octavo's composers have ended."""
    since = time.monotonic()

    def alone():
        nonlocal since
        if len(family(pid)) > 1:
            since = time.monotonic()
        return time.monotonic() - since > seconds
    harness.wait_for(alone, 60, 'the processes below %d to end' % pid)


# --- load ---

def wrk(port, path, headers, connections, seconds, paths=None):
    """wrk's figures. It is ended by SIGINT, because its own clock knows whole seconds only.
    paths: a file with one path a line, asked for in turn instead of the one path."""
    threads = min(2, connections)
    command = ['wrk', '-t', str(threads), '-c', str(connections), '-d', '3600s', '--timeout', '20s', '-s', LUA]
    for name, value in headers.items():
        command += ['-H', '%s: %s' % (name, value)]
    command += ['http://127.0.0.1:%d%s' % (port, path), '--'] + ([paths] if paths else [])
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, preexec_fn=harness.die_with_parent)
    try:
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[0].decode('utf-8', 'replace')
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    for line in said.splitlines():
        if line.startswith('octavo-bench '):
            return json.loads(line[len('octavo-bench '):])
    raise RuntimeError('wrk said: ' + said.strip())


class Pace:
    """A reader on one kept FastCGI connection, in a process of its own, who asks at a steady pace.
    An answer that comes after the next question was due makes that one late, and this counts as
    waiting for the server; being woken late by the kernel does not."""

    def __init__(self, address, urls, headers, per_second):
        self.reading, writing = os.pipe()
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid:
            os.close(writing)
            return
        code = 1
        try:
            harness.die_with_parent()
            os.close(self.reading)
            if os.getppid() == parent:
                self._run(address, urls, headers, 1 / per_second, writing)
                code = 0
        except BaseException as error:
            print('pace: %r' % error, file=sys.stderr, flush=True)
        finally:
            os._exit(code)

    @staticmethod
    def _run(address, urls, headers, step, writing):
        going = []
        signal.signal(signal.SIGTERM, lambda number, frame: going.append(number))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        client = fcgi_client.Client(address)
        samples = array.array('d')  # begin, end, 1 if good
        due = ended = time.monotonic()
        while not going:
            url = urls[len(samples) // 3 % len(urls)]
            now = time.monotonic()
            if now < due:
                time.sleep(due - now)
            begin = due if ended > due else time.monotonic()
            try:
                good = client.request(url, headers=headers).status == 200
            except (OSError, fcgi_client.ProtocolError):
                good = False
            ended = time.monotonic()
            samples.extend((begin, ended, float(good)))
            due += step
        with os.fdopen(writing, 'wb') as out:
            out.write(samples.tobytes())

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        """Ends the reader; then samples is [(begin, end, good)] by the monotonic clock."""
        os.kill(self.pid, signal.SIGTERM)
        with os.fdopen(self.reading, 'rb') as pipe:
            data = pipe.read()
        os.waitpid(self.pid, 0)
        samples = array.array('d')
        samples.frombytes(data)
        self.samples = list(zip(samples[0::3], samples[1::3], samples[2::3]))
        if not self.samples and failure[0] is None:
            raise RuntimeError('the reader at a steady pace has ended by itself')


# --- figures ---

def percentile(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * part / 100))] if values else None


def median(values):
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None
