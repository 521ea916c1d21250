# SPDX-License-Identifier: GPL-3.0-or-later
"""One chromium, driven through chromedriver: pages, what they fetched, what they said, how they look.

Chromium runs as somebody else than root and in its sandbox where the machine lets it."""
import base64
import ctypes
import json
import os
import pwd
import shutil
import signal
import subprocess
import urllib.parse
import urllib.request

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chromium.remote_connection import ChromiumRemoteConnection

import browser_pixels
import fronts
import harness

# Before each page: what moved, what the policy refused, which colours are chosen when the body begins.
WATCH = '''
window.__watch = { shifts: [], violations: [], theme: null };
new MutationObserver((_, observer) => {
  if (!document.body) return;
  observer.disconnect();
  __watch.theme = document.documentElement.dataset.theme || '';
}).observe(document, { childList: true, subtree: true });
document.addEventListener('securitypolicyviolation', (event) => __watch.violations.push(
  `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile || ''}:${event.lineNumber}`));
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    __watch.shifts.push({ value: entry.value, moved: entry.sources.map((source) => source.node &&
      source.node.nodeType === 1 ? source.node.outerHTML.slice(0, 80) : String(source.node && source.node.nodeValue)) });
  }
}).observe({ type: 'layout-shift', buffered: true });
'''

SETTLE = '''const done = arguments[0];
for (const animation of document.getAnimations()) {
  if (animation.effect.getComputedTiming().endTime !== Infinity) animation.finish();
}
document.fonts.ready.then(() => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))));'''


class Driver:
    """chromedriver and what it starts. Part of run.servers, so it ends with the run."""

    def __init__(self, run):
        self.port, self.sandbox, self.web = fronts.free_port(), True, None
        home = run.path('browser')
        os.makedirs(home)
        more = {}
        if os.getuid() == 0:
            user = pwd.getpwnam('nobody')
            os.chown(home, user.pw_uid, user.pw_gid)
            os.chmod(run.folder, 0o711)  # so that he gets to his own folder in it
            more = {'user': user.pw_uid, 'group': user.pw_gid, 'extra_groups': []}
        environment = dict(os.environ, HOME=home, TMPDIR=home, XDG_CONFIG_HOME=home, XDG_CACHE_HOME=home)
        self.log = run.path('chromedriver.log')
        with open(self.log, 'wb') as log:
            self.process = subprocess.Popen(
                [shutil.which('chromedriver'), '--port=%d' % self.port], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, cwd=home, env=environment, start_new_session=True,
                preexec_fn=lambda: ctypes.CDLL(None).prctl(harness.PR_SET_PDEATHSIG, signal.SIGTERM), **more)
        run.servers.append(self)
        os.environ['no_proxy'] = '127.0.0.1'

        def listening():
            try:
                with urllib.request.urlopen('http://127.0.0.1:%d/status' % self.port, timeout=5) as answer:
                    return json.load(answer)['value']['ready']
            except OSError:
                return False
        harness.wait_for(listening, 30, 'chromedriver to listen')

    def start(self):
        """The session, which is the only one."""
        try:
            self.web = self.session()
        except WebDriverException as error:
            if 'session' not in str(error).lower():
                raise
            # A container may allow no namespaces: then there is no sandbox to be had, even for others
            # than root. What is shown are our own pages.
            print('# chromium does not start with its sandbox; without: %s' % str(error).splitlines()[0])
            self.sandbox = False
            self.web = self.session()
        return Browser(self.web)

    def session(self):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which('chromium')
        for argument in ('--headless', '--disable-gpu', '--disable-quic', '--no-first-run',
                         '--disable-background-networking', '--disable-component-update', '--disable-sync',
                         '--disable-dev-shm-usage', '--hide-scrollbars', '--window-size=1280,800', '--lang=en',
                         '--force-color-profile=srgb',
                         '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'):
            options.add_argument(argument)
        if not self.sandbox:
            options.add_argument('--no-sandbox')
        options.set_capability('goog:loggingPrefs', {'browser': 'ALL', 'performance': 'ALL'})
        options.add_experimental_option('perfLoggingPrefs', {'enableNetwork': True, 'enablePage': True})
        return webdriver.Remote(
            command_executor=ChromiumRemoteConnection('http://127.0.0.1:%d' % self.port, 'goog', 'chrome'),
            options=options)

    def kill(self):
        if self.web:
            try:
                self.web.quit()
            except (WebDriverException, OSError):
                pass  # chromedriver ends it, then
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()


class Fetched:
    """A request of a page and what came."""

    def __init__(self, url, kind):
        self.url, self.kind, self.status, self.headers, self.bytes, self.failed = url, kind, None, {}, 0, None
        self.over = False

    def __repr__(self):
        return '%s %s %s' % (self.kind, self.status or self.failed, self.url)


class Browser:
    def __init__(self, web):
        self.web = web
        web.set_page_load_timeout(60 * harness.PATIENCE)
        web.set_script_timeout(60 * harness.PATIENCE)
        self.said, self.fetched, self.library = [], [], ''
        self.cdp('Page.addScriptToEvaluateOnNewDocument', source=WATCH)
        self.cdp('Network.enable')
        self.cdp('Network.setCacheDisabled', cacheDisabled=True)
        self.cdp('Emulation.setFocusEmulationEnabled', enabled=True)
        self.features = {}

    def cdp(self, command, **parameters):
        return self.web.execute('executeCdpCommand', {'cmd': command, 'params': parameters})['value']

    def js(self, script, *arguments):
        return self.web.execute_script(script, *arguments)

    def audit(self, function, *arguments):
        """Calls a function of tests/browser_audit.js in the page."""
        call = 'return __audit.%s(...arguments)' % function
        found = self.js('if (typeof __audit !== "object") return "no audit";' + call, *arguments)
        return self.js(self.library + ';' + call, *arguments) if found == 'no audit' else found

    def go(self, url):
        """Opens it and waits until it stands still. fetched and said are then this page's."""
        self.events()
        self.web.get_log('browser')
        self.web.get(url)
        self.settle()
        self.hear()

    def settle(self):
        self.web.execute_async_script(SETTLE)

    def hear(self):
        """What was fetched and what the console holds since go()."""
        events = []

        def all_over():
            events.extend(self.events())
            self.fetched = requests(events)
            return all(one.over for one in self.fetched)
        # The icon is asked for when the page stands already.
        harness.wait_for(all_over, 20, 'the answers to all requests')
        self.said = self.web.get_log('browser')

    def events(self):
        """Events of the domains Network and Page since the last call."""
        return [json.loads(entry['message'])['message'] for entry in self.web.get_log('performance')]

    def watched(self):
        return self.js('return window.__watch')

    def size(self, width, height, scale=1):
        self.cdp('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=scale, mobile=False)

    def feature(self, **features):
        """prefers_color_scheme='dark', forced_colors='active', …; '' is nothing."""
        self.features.update({name.replace('_', '-'): value for name, value in features.items()})
        self.cdp('Emulation.setEmulatedMedia',
                 features=[{'name': name, 'value': value} for name, value in self.features.items()])

    def tab(self, back=False):
        # The focus moves when the key goes down.
        self.cdp('Input.dispatchKeyEvent', type='rawKeyDown', key='Tab', code='Tab', windowsVirtualKeyCode=9,
                 modifiers=8 if back else 0)

    def enter(self):
        for kind, more in (('keyDown', {'text': '\r'}), ('keyUp', {})):
            self.cdp('Input.dispatchKeyEvent', type=kind, key='Enter', code='Enter', windowsVirtualKeyCode=13, **more)

    def shot(self, path, limit=8000):
        """The whole page, down to a limit."""
        box = self.js('const root = document.documentElement; return [innerWidth, Math.max(root.scrollHeight, innerHeight)]')
        data = self.picture(0, 0, box[0], min(box[1], limit))
        with open(path, 'wb') as file:
            file.write(data)

    def picture(self, x, y, width, height):
        """PNG of a part of the page, in its own coordinates."""
        return base64.b64decode(self.cdp('Page.captureScreenshot', format='png', captureBeyondViewport=True, clip={
            'x': x, 'y': y, 'width': width, 'height': height, 'scale': 1})['data'])

    def first_frames(self, url):
        """The main colour of each frame that was painted from the moment when the page was asked for."""
        before = (255, 0, 255)  # of what is shown till then
        self.web.get('data:text/html,<body style="background:rgb(%d,%d,%d)">' % before)
        self.events()
        self.cdp('Page.startScreencast', format='png', maxWidth=160, maxHeight=100, everyNthFrame=1)
        frames = []

        def collect():
            for event in self.events():
                if event['method'] == 'Page.screencastFrame':
                    frames.append(browser_pixels.common(base64.b64decode(event['params']['data'])))
                    self.cdp('Page.screencastFrameAck', sessionId=event['params']['sessionId'])
            return [colour for colour in frames if colour != before]
        harness.wait_for(lambda: collect() or frames, 20, 'a frame of what was before')
        self.cdp('Page.navigate', url=url)
        harness.wait_for(collect, 20, 'the first frame')
        harness.wait_for(lambda: self.js('return document.readyState') == 'complete', 20, 'the page')
        self.settle()
        self.cdp('Page.stopScreencast')
        return collect()

    def pdf(self, path):
        data = self.cdp('Page.printToPDF', preferCSSPageSize=True, printBackground=False)['data']
        with open(path, 'wb') as file:
            file.write(base64.b64decode(data))


def requests(events):
    """[Fetched] in the order asked, redirects folded in."""
    by_id = {}
    for event in events:
        method, given = event['method'], event['params']
        if method == 'Network.requestWillBeSent' and not given['request']['url'].startswith('data:'):
            by_id[given['requestId']] = Fetched(given['request']['url'], given.get('type', 'Other'))
        one = by_id.get(given.get('requestId'))
        if one is None:
            continue
        if method == 'Network.responseReceived':
            one.status = given['response']['status']
            one.headers = {name.lower(): value for name, value in given['response']['headers'].items()}
        elif method == 'Network.loadingFinished':
            one.bytes, one.over = int(given['encodedDataLength']), True
        elif method == 'Network.loadingFailed':
            one.failed, one.over = given.get('errorText', 'failed'), True
    return list(by_id.values())


def host_of(url):
    return urllib.parse.urlsplit(url).netloc
