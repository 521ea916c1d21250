# SPDX-License-Identifier: GPL-3.0-or-later
"""The web servers that are measured. Those in front of Octavo run the very files of conf/ with only
names, ports and paths replaced, as tests/fronts.test and quickstart do. Rates of one front mean
little by themselves: all serve the same bytes, run at the same time, and take turns."""
import ctypes
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess

import harness
import measure

HERE = os.path.dirname(os.path.abspath(__file__))
NGINX = shutil.which('nginx', path=os.environ.get('PATH', '') + ':/usr/sbin')
CADDY = shutil.which('caddy')


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def end_with_parent():
    """As harness.die_with_parent, but gently: nginx's master has workers to end."""
    ctypes.CDLL(None).prctl(harness.PR_SET_PDEATHSIG, signal.SIGTERM)


def write(path, data):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(data if isinstance(data, bytes) else data.encode())


class Front:
    """name; baseline: the name of the front that it is compared with, or None."""

    name = baseline = None
    octavo = None  # the Server behind it, whose time and memory count as the front's

    def __init__(self, run):
        self.run, self.port, self.process = run, free_port(), None
        self.folder = run.path('%s-%d' % (self.name, len(run.servers)))
        self.etags = {}
        os.makedirs(self.folder)
        run.servers.append(self)

    def start(self, *command, **more):
        self.log = os.path.join(self.folder, 'log')
        with open(self.log, 'wb') as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            preexec_fn=end_with_parent, **more)

        def listening():
            if self.process.poll() is not None:
                raise RuntimeError('%s ended:\n%s' % (self.name, self.said()))
            try:
                socket.create_connection(('127.0.0.1', self.port), 1).close()
                return True
            except OSError:
                return False
        harness.wait_for(listening, 20, '%s to listen' % self.name)

    def said(self):
        with open(self.log, encoding='utf-8', errors='replace') as log:
            return log.read()

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def conf(self, source, target, *changes):
        """A file of conf/ with its paths replaced; a change may be (pattern, text), all must apply."""
        with open(os.path.join(harness.SRCDIR, 'conf', source), encoding='utf-8') as file:
            text = file.read()
        for pattern, new in changes:
            text, count = re.subn(pattern, lambda match, new=new: new, text, flags=re.M)
            if not count:
                raise RuntimeError('conf/%s has nothing like %s' % (source, pattern))
        write(os.path.join(self.folder, target), text)

    def pids(self):
        found = measure.family(self.process.pid)
        if self.octavo:
            found += measure.family(self.octavo.process.pid)
        return found

    def prepare(self, variant):
        """Before a variant is asked for."""

    def path(self, variant):
        return variant.resource.path

    def request(self, variant):
        """(path, headers) to ask for. Who asks for a 304 has the ETag from this very front."""
        path, headers = self.path(variant), dict(variant.headers)
        if variant.resource.status == 304:
            if variant.name not in self.etags:
                self.etags[variant.name] = measure.ask(self.port, path, headers).headers.get('etag', '')
            headers['If-None-Match'] = self.etags[variant.name]
        return path, headers

    def fault(self, variant, answer):
        """What is wrong with an answer, or ''."""
        if answer.status != variant.resource.status:
            return 'status %d' % answer.status
        if answer.body != variant.body:
            return 'not the bytes of octavo (%d, should be %d)' % (len(answer.body), len(variant.body))
        if answer.status != 304 and answer.headers.get('content-encoding', 'identity') != variant.encoding:
            return 'Content-Encoding %s' % answer.headers.get('content-encoding')
        return ''


# --- nginx ---

class Nginx(Front):
    # As Debian has it, but without access_log (a disk is not what is measured) and with more
    # connections.
    def run_with(self, http):
        paths = ''.join('%s_temp_path %s/%s;\n' % (kind, self.folder, kind) for kind in
                        ('client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'))
        write(self.folder + '/nginx.conf',
              ('user root;\n' if os.getuid() == 0 else '')
              + 'daemon off;\nworker_processes auto;\npid %s/pid;\nerror_log stderr;\n' % self.folder
              + 'events { worker_connections 4096; }\nhttp {\ninclude /etc/nginx/mime.types;\n'
              + 'default_type application/octet-stream;\nsendfile on;\ntcp_nopush on;\ngzip on;\naccess_log off;\n'
              + paths + http + '}\n')
        self.start(NGINX, '-p', self.folder, '-c', self.folder + '/nginx.conf', '-e', 'stderr')


def write_files(folder, variants):
    """The bytes of the variants as files: ENCODING/NAME.SUFFIX."""
    for variant in variants:
        if variant.resource.status != 304:
            write(file_path(folder, variant), variant.body)


def file_path(folder, variant):
    # A 304 is asked of the file that its 200 comes from.
    name = 'post' if variant.resource.status == 304 else variant.resource.name
    return '%s/%s/%s.%s' % (folder, variant.encoding, name, variant.resource.suffix)


class NginxStatic(Nginx):
    """Files on disk under the plainest of paths, with no header that they do not need."""
    name, cache = 'nginx-static', ''

    def __init__(self, run, files, encodings):
        super().__init__(run)
        # add_header: gzip_static would look for one more file at each request, and there is no
        # brotli_static in Debian 12. error_page: what a 404 is made of.
        places = ''
        for encoding in encodings:
            encoded = '' if encoding == 'identity' else ' add_header Content-Encoding %s always;\n' % encoding
            places += 'location /%s/ {\n error_page 404 /%s/404.html;\n%s}\n' % (encoding, encoding, encoded)
        self.run_with('server {\nlisten 127.0.0.1:%d;\nroot %s;\ngzip off;\nserver_tokens off;\n%s'
                      'types { text/html html; application/xml xml; image/svg+xml svg; text/markdown md; }\n%s}\n'
                      % (self.port, files, self.cache, places))

    def path(self, variant):
        if variant.resource.status == 404:
            return '/%s%s' % (variant.encoding, variant.resource.path)
        return file_path('', variant)


class NginxStaticCached(NginxStatic):
    """The same with open_file_cache."""
    name, baseline = 'nginx-static-ofc', 'nginx-static'
    cache = 'open_file_cache max=1000 inactive=60s;\nopen_file_cache_valid 30s;\n'


class NginxOctavo(Nginx):
    """The shipped files."""
    name, baseline, site_changes = 'nginx-octavo', 'nginx-static', ()

    def __init__(self, run, octavo, content):
        super().__init__(run)
        self.octavo = octavo
        self.conf('nginx-octavo-http.conf', 'octavo.conf', ('/run/octavo/octavo.sock', octavo.socket),
                  ('/var/lib/nginx/octavo', self.folder + '/cache'))
        self.conf('nginx-octavo-site.conf', 'site.conf', ('/usr/share/octavo/static', harness.SRCDIR + '/static'),
                  ('/srv/octavo/content', content), *self.site_changes)
        self.run_with('include octavo.conf;\nserver {\nlisten 127.0.0.1:%d;\ninclude site.conf;\n}\n' % self.port)


class NginxUncached(NginxOctavo):
    """The same with the microcache off. Then Octavo has to hear of If-None-Match."""
    name, baseline = 'nginx-octavo-nocache', 'nginx-static'
    site_changes = ((r'^fastcgi_cache\s+octavo;',
                     'fastcgi_cache off;\nfastcgi_param HTTP_IF_NONE_MATCH $http_if_none_match if_not_empty;'),)


# --- Caddy ---

class Caddy(Front):
    def run_caddy(self):
        home = dict(os.environ, HOME=self.folder, XDG_DATA_HOME=self.folder, XDG_CONFIG_HOME=self.folder)
        self.start(CADDY, 'run', '--adapter', 'caddyfile', '--config', self.folder + '/Caddyfile', env=home)


class CaddyStatic(Caddy):
    """The same files. What is encoded comes in chunks: Caddy tells no Content-Length then."""
    name = 'caddy-static'

    def __init__(self, run, files, encodings):
        super().__init__(run)
        places = ''.join('\theader /%s/* Content-Encoding %s\n' % (encoding, encoding)
                         for encoding in encodings if encoding != 'identity')
        faults = ''.join('\t\t@%s path /%s/*\n\t\trewrite @%s /%s/404.html\n' % ((encoding,) * 4)
                         for encoding in encodings)
        write(self.folder + '/Caddyfile',
              '{\n\tadmin off\n}\nhttp://127.0.0.1:%d {\n\tbind 127.0.0.1\n\troot * %s\n%s\tfile_server\n'
              '\thandle_errors {\n%s\t\tfile_server\n\t}\n}\n' % (self.port, files, places, faults))
        self.run_caddy()

    path = NginxStatic.path


class CaddyFastcgi(Caddy):
    """The shipped file, in front of whatever listens at a socket."""

    def __init__(self, run, address, content):
        super().__init__(run)
        self.conf('Caddyfile', 'Caddyfile', ('/run/octavo/octavo.sock', address),
                  (r'\{\n\tservers', '{\n\tadmin off\n\tservers'),
                  ('/usr/share/octavo/static', harness.SRCDIR + '/static'), ('/srv/octavo/content', content),
                  (r'^blog\.example\.org \{', 'http://127.0.0.1:%d {\n\tbind 127.0.0.1' % self.port))
        self.run_caddy()


class CaddyOctavo(CaddyFastcgi):
    name, baseline = 'caddy-octavo', 'caddy-responder'

    def __init__(self, run, octavo, content):
        self.octavo = octavo
        super().__init__(run, octavo.socket, content)


class CaddyResponder(CaddyFastcgi):
    """The shipped file in front of a program that writes the same bytes, whatever is asked."""
    name = 'caddy-responder'

    def __init__(self, run, content):
        self.responder, self.written = None, None
        self.socket = run.path('responder.sock')
        self.binary = os.environ.get('RESPONDER') or build_responder(run)
        super().__init__(run, self.socket, content)

    def prepare(self, variant):
        if self.written == variant.name:
            return
        self.end_responder()
        path = os.path.join(self.folder, 'response')
        write(path, variant.raw)
        if os.path.exists(self.socket):
            os.unlink(self.socket)
        # As many threads as octavo serve has, whose socket is not asked for them.
        self.responder = subprocess.Popen([self.binary, self.socket, path, str(len(os.sched_getaffinity(0)))],
                                          stdin=subprocess.DEVNULL, preexec_fn=harness.die_with_parent)
        harness.wait_for(self.answers, 10, 'the responder')
        self.written = variant.name

    def answers(self):
        try:
            with socket.socket(socket.AF_UNIX) as peer:
                peer.connect(self.socket)
            return True
        except OSError:
            return False

    def request(self, variant):
        # Its answer is always the same: it has no ETag of its own.
        self.etags[variant.name] = variant.etag
        return super().request(variant)

    def pids(self):
        return super().pids() + ([self.responder.pid] if self.responder else [])

    def end_responder(self):
        if self.responder:
            self.responder.kill()
            self.responder.wait()

    def kill(self):
        super().kill()
        self.end_responder()


def build_responder(run):
    binary = run.path('responder')
    command = [*shlex.split(os.environ.get('CXX') or 'c++'), '-std=c++20', '-O2', '-pthread', '-o', binary,
               os.path.join(HERE, 'responder.cc')]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode:
        raise RuntimeError('%s: %s' % (' '.join(command), done.stderr.decode()))
    return binary


ALL = (NginxStatic, NginxStaticCached, NginxOctavo, NginxUncached, CaddyStatic, CaddyOctavo, CaddyResponder)


def start_all(run, octavo, content, files, encodings, names):
    """The fronts of those names, started."""
    started = []
    for kind in ALL:
        if kind.name in names:
            arguments = {NginxStatic: (files, encodings), NginxStaticCached: (files, encodings),
                         CaddyStatic: (files, encodings), CaddyResponder: (content,)}.get(kind, (octavo, content))
            started.append(kind(run, *arguments))
    return started
