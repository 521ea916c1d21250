# SPDX-License-Identifier: GPL-3.0-or-later
"""What the behaviour tests of search share: a site to search, the search page as a reader has it."""
import html.parser
import json
import os
import random
import urllib.parse

from harness import wait_for

SOON = 30  # seconds within which the index has what was published
TITLES = 'titles, descriptions and tags'  # what the page says when it has no index to answer from


def write(folder, slug, title, body, extra='', date='2024-01-02', part='posts', opening='This is how it begins.\n\n'):
    """The opening is the summary, which is searched with the titles; the body is in the index alone."""
    path = os.path.join(folder, part, slug + '.md')
    # Written beside and renamed, as editors do: the server never sees half a file.
    with open(path + '~', 'w', encoding='utf-8') as post:
        post.write('---\ntitle: %s\n%s%s---\n\n%s\n' % (json.dumps(title, ensure_ascii=False),
                                                       'date: %s\n' % date if date else '', extra, opening + body))
    os.rename(path + '~', path)


def site(run, name):
    folder = run.path(name)
    for part in ('posts', 'pages', 'images'):
        os.makedirs(os.path.join(folder, part))
    write(folder, 'first', 'The first one', 'A sentence about marmalade and toast.', 'tags: [Breakfast]\n')
    return folder


def large_site(run, name, posts):
    """Long enough to index that one can look in meanwhile; each body has a word of its own."""
    folder, dice = site(run, name), random.Random(5)
    words = [''.join(dice.choice('bcdfgklmnprst') + dice.choice('aeiou') for _ in range(dice.randint(2, 4)))
             for _ in range(6000)]
    for i in range(posts):
        write(folder, 'n%d' % i, 'Number %d' % i, 'own%dword %s' % (i, ' '.join(dice.choices(words, k=500))),
              date='20%02d-02-%02d' % (i % 20 + 5, i % 28 + 1))
    return folder


def url(query, path='/search/', **more):
    return path + '?' + urllib.parse.urlencode({'q': query, **more}, quote_via=urllib.parse.quote)


class Page(html.parser.HTMLParser):
    """The search page as a reader has it: hits, marked words, elements and their attributes."""

    def __init__(self, text):
        super().__init__()
        self.hits, self.marked, self.elements, self.attributes, self.links = [], [], set(), set(), []
        self.words, self.value, self.robots, self.scripts, self._inside = '', None, '', set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.elements.add(tag)
        self.attributes.update((tag, name) for name in attributes)
        if tag == 'a':
            self.links.append(attributes.get('href') or '')
            if self._inside[-1:] in (['h2'], ['h3']) and 'main' in self._inside:
                self.hits.append(urllib.parse.unquote(self.links[-1]))
        if tag == 'input' and attributes.get('name') == 'q' and 'main' in self._inside:
            self.value = attributes.get('value')
        if tag == 'script':
            self.scripts.add(attributes.get('src'))
        if tag == 'meta' and attributes.get('name') == 'robots':
            self.robots = attributes.get('content', '')
        if tag not in ('input', 'meta', 'link', 'br', 'img', 'hr', 'wbr'):
            self._inside.append(tag)

    def handle_endtag(self, tag):
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data):
        if 'main' in self._inside:
            self.words += data + ' '
        if self._inside[-1:] == ['mark']:
            self.marked.append(data)


def page(server, query, **more):
    answer = server.get(url(query, **more))
    if answer.status != 200:
        raise AssertionError('%s for %r' % (answer.status, query))
    return Page(answer.text)


def found(server, query):
    return page(server, query).hits


def live(server, query):
    answer = server.get(url(query, '/search/live/'))
    if answer.status != 200:
        raise AssertionError('%s for %r' % (answer.status, query))
    return json.loads(answer.text)


def wait_found(server, query, path, seconds=SOON):
    wait_for(lambda: path in found(server, query), seconds,
             '%s for %r; it said:\n%s' % (path, query, server.said()))


def wait_gone(server, query, path, seconds=SOON):
    wait_for(lambda: path not in found(server, query), seconds, '%s to be gone for %r' % (path, query))


def state_of(pid):
    """The letter of its state; nothing when there is no such process."""
    try:
        with open('/proc/%d/stat' % pid, encoding='latin-1') as stat:
            return stat.read().rpartition(') ')[2].split()
    except OSError:
        return []


def children(parent):
    """{pid: state} of a process's children."""
    states = {int(name): state_of(int(name)) for name in os.listdir('/proc') if name.isdigit()}
    return {pid: state[0] for pid, state in states.items() if state and int(state[1]) == parent}
