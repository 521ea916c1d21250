# SPDX-License-Identifier: GPL-3.0-or-later
"""The sites that are measured, and what is asked of them. The same number gives the same site on
any machine and any day: text from a word list by a seeded generator, dates in the past."""
import dataclasses
import datetime
import itertools
import os
import random
import time

SEED = 'octavo-bench'
LONG = 'a-long-walk-along-the-river'  # its page is as large as those of DESIGN.md's facts (22 KB)

# Words by how often English has them, as a rule of thumb: the first ones most of all.
SMALL = '''the of and to a in that it was is for on with as he be at by had not are but from or have an they which
one you were all her she there would their we him been has when who will no more if out so up said what its about than
into them can only other time new some could these two may first then do any like my now over such our man even most
made after also did many off before must well back through years much where your way down should because long each just
those people too how little good very'''.split()
NOUNS = '''harbour river bridge letter window garden kitchen table winter summer evening morning road field stone paper
book page line word sentence question answer reason habit mistake lesson tool workshop machine wheel engine bicycle
train station platform ticket journey village market corner street door key lamp shelf cupboard cup bread flour oven
dough crust basket apple orchard tree leaf root seed soil rain cloud wind storm shore tide boat sail rope anchor captain
island map compass star night lantern fire smoke candle clock minute hour week month season year century history museum
painting brush colour shadow light mirror picture camera photograph story chapter author reader library archive
catalogue drawer folder file list number table figure measure weight length price coin account debt budget plan draft
sketch design pattern thread needle cloth coat button pocket shoe hat glove neighbour friend guest teacher student child
parent brother sister doctor farmer baker carpenter printer sailor gardener painter'''.split()
VERBS = '''walk turn open carry follow gather measure repair paint print fold mend plant water harvest bake cook taste
mix pour wash clean sort count order borrow return lend answer ask remember notice watch listen learn explain describe
record collect compare select finish start wait hurry wander travel cross climb visit welcome invite thank offer accept
refuse doubt trust check test prove adjust replace remove restore protect cover wrap attach connect pull push lift drop
hold'''.split()
MANNERS = '''quiet small large early late warm cold bright dark plain careful patient honest useful simple heavy light
narrow broad steep gentle rough smooth sharp dull fresh old young strange familiar common rare empty full open distant
near slow quick steady loose tight certain careless ordinary remarkable'''.split()
TAGS = '''bread bicycles harbour gardens letters maps tools books winter travel repairs printing rivers markets
photography history recipes sailing orchards walking music clocks painting neighbours weather islands trains paper
workshops seasons'''.split()


def _vocabulary():
    words = list(SMALL)
    words += itertools.chain.from_iterable((noun, noun + 's') for noun in NOUNS)
    words += itertools.chain.from_iterable(
        (verb, verb.rstrip('e') + 'ed', verb.rstrip('e') + 'ing') for verb in VERBS)
    words += itertools.chain.from_iterable((word, word + 'ly') for word in MANNERS)
    words = list(dict.fromkeys(words))
    return words, list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(words))))


WORDS, WEIGHTS = _vocabulary()


def query(number):
    """Two words of a reader's, as a query string has them; no two numbers below 10,000 give the same."""
    first, second = divmod(number * 7919 % (len(NOUNS) * len(VERBS)), len(VERBS))
    return '%s+%s' % (NOUNS[first], VERBS[second])


class Writer:
    """Text that reads, from a distance, like somebody's."""

    def __init__(self, seed):
        self.random = random.Random('%s %s' % (SEED, seed))

    def words(self, count):
        return self.random.choices(WORDS, cum_weights=WEIGHTS, k=count)

    def sentence(self):
        words = self.words(self.random.randint(6, 22))
        if len(words) > 12:
            words[len(words) // 2] += ','
        return ' '.join(words).capitalize() + self.random.choice('......?!')

    def paragraph(self):
        sentences = [self.sentence() for _ in range(self.random.randint(3, 7))]
        if self.random.random() < 0.5:
            at = self.random.randrange(len(sentences))
            word = self.random.choice(NOUNS)
            sentences[at] += self.random.choice((
                ' The *%s* was another matter.', ' That is the **%s** of it.', ' See [the %s](/blog/).',
                ' Some call it `%s`.')) % word
        return ' '.join(sentences)

    def title(self):
        words = self.random.choices(MANNERS, k=1) + self.random.choices(NOUNS, k=2)
        return self.random.choice(('The %s %s and the %s', 'A %s %s, a %s', 'On the %s %s of a %s',
                                   'How the %s %s met a %s')) % tuple(words)

    def body(self, size):
        parts, length = [], 0
        while length < size:
            draw = self.random.random()
            if draw < 0.12 and parts:
                part = '## ' + self.title()
            elif draw < 0.2 and parts:
                part = '\n'.join('- ' + self.sentence() for _ in range(self.random.randint(3, 6)))
            elif draw < 0.24 and parts:
                part = '> ' + self.sentence()
            else:
                part = self.paragraph()
            parts.append(part)
            length += len(part) + 2
        return '\n\n'.join(parts)


def front_matter(title, date, tags, description):
    lines = ('---', 'title: "%s"' % title, 'date: %s' % date, 'tags: [%s]' % ', '.join(tags),
             'description: "%s"' % description, '---', '', '')
    return '\n'.join(lines)


def slug(number):
    return 'post-%05d' % number


def post(number, count, size=None, remark=''):
    """The Markdown of one post; 4 KB on average. Dates are spread over the years 2005 to 2024."""
    writer = Writer('post %d of %d' % (number, count))
    day = datetime.date(2005, 1, 1) + datetime.timedelta(days=number * 7300 // count)
    tags = sorted(set(writer.random.choices(TAGS, weights=[1 / (n + 1) for n in range(len(TAGS))], k=3)))
    text = front_matter(writer.title(), day.isoformat(), tags, writer.sentence())
    # What stands beyond the wanted size is half a part on average.
    wanted = size or min(20000, max(800, int(writer.random.lognormvariate(8.0, 0.6)) - 50))
    return text + writer.body(wanted) + '\n' + remark


def write(path, text):
    """Written beside and renamed, as editors do: a server never sees half a file."""
    with open(path + '~', 'w', encoding='utf-8') as file:
        file.write(text)
    os.rename(path + '~', path)


def make(folder, count, with_long=False):
    """A content folder with so many posts; one of them LONG if wanted. The bytes of Markdown."""
    os.makedirs(os.path.join(folder, 'posts'))
    os.makedirs(os.path.join(folder, 'pages'))
    os.makedirs(os.path.join(folder, 'images'))
    total = 0
    texts = [(slug(number), number, None) for number in range(count)]
    if with_long:
        texts[count // 2] = (LONG, count // 2, 17500)
    for name, number, size in texts:
        text = post(number, count, size)
        total += len(text)
        path = os.path.join(folder, 'posts', name + '.md')
        write(path, text)
        # Older than any image that is made of it: never suspected to have changed within a clock tick.
        os.utime(path, (1_700_000_000, 1_700_000_000))
    write(os.path.join(folder, 'pages', 'about.md'), front_matter('About', '2024-01-01', [], 'Who writes.') + 'Us.\n')
    os.utime(os.path.join(folder, 'pages', 'about.md'), (1_700_000_000, 1_700_000_000))
    time.sleep(0.1)  # the same for the change time, which nobody can set: more than a tick of the clock
    return total


def urls(count, page_size=10):
    """The URL of every page of such a site, as a reader finds them, without those of tags and years."""
    lists = ['/blog/'] + ['/blog/page/%d/' % n for n in range(2, (count + page_size - 1) // page_size + 1)]
    posts = [pattern % slug(n) for n in range(count) for pattern in ('/posts/%s/', '/posts/%s/md/', '/og/%s.svg')]
    return ['/', '/about/', '/sitemap.xml', '/robots.txt'] + lists + posts


# --- what is asked of the site in the first table ---

@dataclasses.dataclass(frozen=True)
class Resource:
    name: str
    path: str
    suffix: str  # of the static file
    status: int = 200


RESOURCES = (
    Resource('home', '/', 'html'),
    Resource('list', '/blog/', 'html'),
    Resource('post', '/posts/%s/' % LONG, 'html'),
    Resource('sitemap', '/sitemap.xml', 'xml'),
    Resource('card', '/og/%s.svg' % LONG, 'svg'),
    Resource('md', '/posts/%s/md/' % LONG, 'md'),
    Resource('search', '/search/?q=river+walk', 'html'),
    Resource('live', '/search/live/?q=river+wal', 'json'),
    Resource('404', '/posts/nobody-wrote-this/', 'html', 404),
    Resource('304', '/posts/%s/' % LONG, 'html', 304),
)
ENCODINGS = ('identity', 'gzip', 'br')
CONNECTIONS = (1, 50, 500)


@dataclasses.dataclass(frozen=True)
class Variant:
    """A resource in one encoding, as octavo itself answers: `raw` is the response as CGI has it."""
    resource: Resource
    encoding: str
    raw: bytes
    body: bytes
    etag: str

    @property
    def name(self):
        return '%s/%s' % (self.resource.name, self.encoding)

    @property
    def headers(self):
        return {} if self.encoding == 'identity' else {'Accept-Encoding': self.encoding}


def fetch(client, resource, encoding):
    """The variant, or None when octavo does not encode so."""
    headers = {} if encoding == 'identity' else {'Accept-Encoding': encoding}
    answer = client.request(resource.path, headers=headers)
    wanted = 200 if resource.status == 304 else resource.status
    if answer.status != wanted:
        raise RuntimeError('%s: octavo answers %d' % (resource.path, answer.status))
    if answer.header('Content-Encoding', 'identity') != encoding:
        return None
    etag, body = answer.header('ETag', ''), answer.body
    if resource.status == 304:
        answer = client.request(resource.path, headers={**headers, 'If-None-Match': etag})
        if answer.status != 304:
            raise RuntimeError('%s: octavo answers %d to its own ETag' % (resource.path, answer.status))
        body = b''
    return Variant(resource, encoding, answer.raw, body, etag)
