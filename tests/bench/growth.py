# SPDX-License-Identifier: GPL-3.0-or-later
"""What a site costs as it grows: start, memory, the reload of one post, and readers meanwhile. One
octavo at a time, and nothing else of the bench alive but an nginx for the load."""
import os
import select
import shutil
import signal
import socket
import time

import fcgi_client
import fronts
import harness
import measure
import sites

BROWSER = {'Accept-Encoding': 'br, gzip'}  # as the shipped nginx files pass on what browsers send
LISTENING = b'listening on'
COMPOSED = b'composed '
QUERIES = 1000


class Octavo:
    """octavo serve, timed from its exec. listening: until it says so; answer: until it has
    answered the first request, which was waiting at its socket. Both in seconds."""

    def __init__(self, run, content, cache, more=()):
        self.socket = run.path('growth.sock')
        self.client = fcgi_client.Client(self.socket)
        self.said = b''
        command = [harness.OCTAVO, 'serve', '--listen', self.socket, '--content', content, '--cache', cache,
                   '--base-url', 'http://bench.test', *more]
        self.pid = self._exec(command)
        run.servers.append(self)
        self.listening = self.answer = None
        self._wait()

    def _exec(self, command):
        # subprocess would count its own work, several milliseconds, as the program's.
        self.errors, errors = os.pipe()
        clock, ticked = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                harness.die_with_parent()
                os.setsid()
                null = os.open(os.devnull, os.O_RDWR)
                for number, target in ((null, 0), (null, 1), (errors, 2)):
                    os.dup2(number, target)
                os.write(ticked, str(time.monotonic_ns()).encode())
                os.execv(command[0], command)
            finally:
                os._exit(127)
        os.close(errors)
        os.close(ticked)
        with os.fdopen(clock, 'rb') as pipe:
            self.begin = int(pipe.read()) / 1e9
        os.set_blocking(self.errors, False)
        return pid

    def drain(self):
        """What it has said; to be called now and then, a pipe holds 64 KB."""
        try:
            while True:
                piece = os.read(self.errors, 65536)
                if not piece:
                    raise RuntimeError('octavo serve ended:\n' + self.said.decode('utf-8', 'replace'))
                self.said += piece
        except BlockingIOError:
            pass
        return self.said

    def _wait(self):
        deadline = time.monotonic() + 120 * harness.PATIENCE
        peer = socket.socket(socket.AF_UNIX)
        asked = False
        data = b''
        while self.listening is None or self.answer is None:
            if time.monotonic() > deadline:
                raise TimeoutError('octavo serve does not answer; it said:\n' + self.said.decode('utf-8', 'replace'))
            if not asked:
                try:
                    peer.connect(self.socket)
                    peer.sendall(fcgi_client.request_bytes('/', keep=False))
                    asked = True
                except OSError:
                    time.sleep(0.0001)
            waiting = [self.errors] + ([peer] if asked and self.answer is None else [])
            ready, _, _ = select.select(waiting, [], [], 1 if asked else 0)
            now = time.monotonic()
            if self.errors in ready and LISTENING in self.drain() and self.listening is None:
                self.listening = now - self.begin
            if peer in ready and self.answer is None:
                piece = peer.recv(1 << 20)
                data += piece
                if not piece or b'</html>' in data:
                    self.answer = now - self.begin
        peer.close()
        if b'Status:' in data[:200] or b'</html>' not in data:
            raise RuntimeError('the first answer was %r' % data[:200])

    def pids(self):
        return measure.family(self.pid)

    def kill(self):
        self._end(signal.SIGKILL)

    def stop(self):
        self._end(signal.SIGTERM)

    def _end(self, number):
        if self.pid is None:
            return
        self.client.close()
        os.kill(self.pid, number)
        os.waitpid(self.pid, 0)
        os.close(self.errors)
        self.pid = None


class Site:
    def __init__(self, run, count, rounds, seconds):
        self.run, self.count, self.rounds, self.seconds = run, count, rounds, seconds
        self.content, self.cache = run.path('growth-%d' % count), run.path('growth-%d-cache' % count)
        self.edition = 0
        self.figures = {'posts': count, 'markdown': sites.make(self.content, count) / 1e6}

    def starts(self):
        """ready-time composing and from an image; the last server stays."""
        composing, image = [], []
        for _ in range(self.rounds):
            shutil.rmtree(self.cache, ignore_errors=True)
            server = Octavo(self.run, self.content, self.cache)
            composing.append(server)
            server.stop()
        for number in range(self.rounds):
            server = Octavo(self.run, self.content, self.cache)
            image.append(server)
            if b'composed' in server.said:
                raise RuntimeError('octavo composed although it had an image: %r' % server.said)
            if number < self.rounds - 1:
                server.stop()
        for name, servers in (('compose', composing), ('image', image)):
            self.figures[name + '_ready'] = measure.median([s.listening for s in servers]) * 1e3
            self.figures[name + '_answer'] = measure.median([s.answer for s in servers]) * 1e3
        self.figures['image_size'] = os.path.getsize(self.cache + '/site.image') / 1e6
        return image[-1]

    def memory(self, server):
        time.sleep(0.1)
        self.figures['pss_start'] = measure.pss_kb(server.pids()) / 1024
        failed = 0
        pages = sites.urls(self.count)
        begin = time.monotonic()
        for url in pages:
            failed += server.client.request(url, headers=BROWSER).status != 200
        self.figures['pages'] = len(pages)
        self.figures['read_all'] = time.monotonic() - begin
        self.figures['pss_read'] = measure.pss_kb(server.pids()) / 1024
        paths = self.run.path('growth-paths')
        fronts.write(paths, '\n'.join(pages) + '\n')
        server.process = server  # a front asks its octavo for .process.pid
        front = fronts.NginxUncached(self.run, server, self.content)
        try:
            load = measure.wrk(front.port, '/', {'Accept-Encoding': 'gzip, deflate, br'}, 50, self.seconds, paths)
        finally:
            front.kill()
            shutil.rmtree(front.folder)
        failed += load['status'] + load['broken']
        self.figures['load'] = load['requests'] / (load['duration'] / 1e6)
        self.figures['pss_load'] = measure.pss_kb(server.pids()) / 1024
        self.figures['load_failed'] = failed

    def reload(self, server, quietly=False):
        """Changes one post; (SIGHUP, new text served) by the monotonic clock, to a millisecond.
        quietly: without looking before octavo says that it is there."""
        number = self.count // 3
        self.edition += 1
        remark = 'This is edition %d of this post.\n' % self.edition
        sites.write('%s/posts/%s.md' % (self.content, sites.slug(number)),
                    sites.post(number, self.count, remark='\n' + remark))
        begin = time.monotonic()
        os.kill(server.pid, signal.SIGHUP)
        deadline = begin + 60 * harness.PATIENCE
        said = len(server.drain())
        while quietly and COMPOSED not in server.drain()[said:] and time.monotonic() < deadline:
            select.select([server.errors], [], [], 1)
        url, wanted = '/posts/%s/' % sites.slug(number), remark.strip().encode()
        while wanted not in server.client.request(url).body:
            if time.monotonic() > deadline:
                raise TimeoutError('the reload; octavo said: %r' % server.drain()[-2000:])
            time.sleep(0.001)
        end = time.monotonic()
        # The folder's change is noticed on its own, too: that must not run into the next one. And
        # looking for processes must not disturb the readers right after the reload.
        time.sleep(0.2)
        measure.wait_alone(server.pid, 0.5)
        server.drain()
        return begin, end

    def reloads(self, server):
        times = [self.reload(server) for _ in range(self.rounds)]
        self.figures['reload'] = measure.median([end - begin for begin, end in times]) * 1e3
        # Readers of a hundred posts, without and with reloads.
        step = max(1, self.count // 100)
        urls = ['/posts/%s/' % sites.slug(number) for number in range(0, self.count, step)]
        for url in urls:
            server.client.request(url, headers=BROWSER)
        with measure.Pace(server.socket, urls, BROWSER, 1000) as calm:
            time.sleep(max(0.5, 2 * self.seconds))
        with measure.Pace(server.socket, urls, BROWSER, 1000) as busy:
            time.sleep(0.2)
            # Who looks each millisecond takes a core from the readers himself.
            windows = [self.reload(server, quietly=True) for _ in range(self.rounds)]
        # The pages have to be made anew after a reload: this is part of it.
        during = [sample for sample in busy.samples
                  if any(sample[1] > begin and sample[0] < end + 0.2 for begin, end in windows)]
        for name, samples in (('calm', calm.samples), ('during', during)):
            waits = [(end - begin) * 1e3 for begin, end, _ in samples]
            self.figures['p99_' + name] = measure.percentile(waits, 99)
            self.figures['most_' + name] = max(waits)
        self.figures['p99_requests'] = len(during)
        self.figures['reload_failed'] = sum(not good for _, _, good in calm.samples + busy.samples)
        self.figures['pss_reload'] = measure.pss_kb(server.pids()) / 1024


    def searches(self):
        """A server with an index: how long and large it is, and queries that nobody has asked before."""
        state = self.run.path('growth-%d-state' % self.count)
        server = Octavo(self.run, self.content, self.cache, ('--state', state))
        try:
            harness.wait_for(lambda: b'search: indexed' in server.drain(), 300, 'the index')
            self.figures['index_time'] = time.monotonic() - server.begin - server.answer
            measure.wait_alone(server.pid, 0.5)
            self.figures['index_size'] = sum(
                os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(state)
                for name in names) / 1e6
            before = measure.pss_kb(server.pids()) / 1024
            waits, failed = [], 0
            for number in range(QUERIES):
                url = '/search/?q=' + sites.query(number)
                begin = time.monotonic()
                failed += server.client.request(url, headers=BROWSER).status != 200
                waits.append((time.monotonic() - begin) * 1e3)
            self.figures['query_p50'] = measure.percentile(waits, 50)
            self.figures['query_p99'] = measure.percentile(waits, 99)
            self.figures['pss_search'] = measure.pss_kb(server.pids()) / 1024 - before
            if failed:
                raise RuntimeError('%d searches failed' % failed)
        finally:
            server.kill()
            shutil.rmtree(state, ignore_errors=True)


def grow(run, counts, rounds, seconds, say):
    """The figures of each size; a part that fails leaves its figures out and says why."""
    rows = []
    for count in counts:
        say('growth: %d posts' % count)
        site = Site(run, count, rounds, seconds)
        faults = []
        try:
            server = site.starts()
            try:
                for part in (site.memory, site.reloads):
                    part(server)
            finally:
                server.kill()
            site.searches()
            if site.figures['load_failed'] or site.figures['reload_failed']:
                faults.append('requests failed')
        except (OSError, RuntimeError, fcgi_client.ProtocolError) as error:
            faults.append('%s: %s' % (type(error).__name__, error))
        shutil.rmtree(site.content)
        shutil.rmtree(site.cache, ignore_errors=True)
        rows.append({**site.figures, 'faults': faults})
    return rows
