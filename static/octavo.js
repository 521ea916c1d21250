// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a page can do without: colours, suggestions, copying, the place in the contents.
'use strict';

(() => {
  // colours: before anything is painted, so that nobody sees the wrong ones

  const KEY = 'octavo-theme';
  const root = document.documentElement;
  const own = root.dataset.theme || ''; // the site's; '' is the reader's system's
  const schemes = ['', 'light', 'dark'].filter((name) => !name || name !== own);
  const stored = () => {
    try {
      return localStorage.getItem(KEY) || '';
    } catch {
      return ''; // storage may be forbidden
    }
  };
  let scheme = '';
  const paint = (name) => {
    scheme = schemes.includes(name) ? name : '';
    if (scheme || own) root.dataset.theme = scheme || own;
    else delete root.dataset.theme;
  };
  paint(stored());

  const make = (name, parent, attributes = {}) => {
    const element = document.createElement(name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    parent.append(element);
    return element;
  };
  const all = (selector) => [...document.querySelectorAll(selector)];

  const ICONS = {
    light: 'M8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.5 1.5M11.5 11.5 13 13M3 13l1.5-1.5M11.5 4.5 13 3M8 5a3 3 0 0 1 0 6 3 3 0 0 1 0-6',
    dark: 'M13 10.5A6 6 0 0 1 5.5 3a6 6 0 1 0 7.5 7.5',
    '': 'M8 2v12A6 6 0 0 0 8 2',
  };
  const offerSchemes = (place) => {
    const button = make('button', place, { type: 'button' });
    const show = () => {
      button.setAttribute('aria-label', `Colours: ${scheme || own || 'automatic'}`);
      button.title = button.getAttribute('aria-label');
      const ring = scheme || own ? '' : '<circle cx="8" cy="8" r="6" fill="none"/>';
      button.innerHTML = `<svg viewBox="0 0 16 16" aria-hidden="true">${ring}<path d="${ICONS[scheme || own]}"/></svg>`;
    };
    const turn = (name) => {
      paint(name);
      show();
    };
    button.addEventListener('click', () => {
      turn(schemes[(schemes.indexOf(scheme) + 1) % schemes.length]);
      try {
        if (scheme) localStorage.setItem(KEY, scheme);
        else localStorage.removeItem(KEY);
      } catch {
        // then it lasts as long as the page
      }
    });
    // Another window's choice, and this one's when the reader comes back to a page.
    addEventListener('storage', (event) => event.key === KEY && turn(stored()));
    addEventListener('pageshow', (event) => event.persisted && turn(stored()));
    show();
  };

  // search: a combobox with a listbox (ARIA Authoring Practices)

  const QUIET = 120; // milliseconds without a key before we ask
  const LEAST = 2; // characters

  // A snippet is escaped text with <mark> around the hits, and is taken for nothing else.
  const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  const showSnippet = (html, parent) => {
    html.split(/<\/?mark>/).forEach((part, index) => {
      const text = part.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ENTITIES[name]);
      if (index % 2) make('mark', parent).textContent = text;
      else parent.append(text);
    });
  };

  const enhance = (input, number) => {
    const id = `_found-${number}`;
    const said = make('p', input.form, { class: 'unseen', role: 'status' });
    const list = make('div', input.form, { class: 'found', role: 'listbox', id, 'aria-label': 'Posts' });
    let active = -1;
    let timer = 0;
    let request = null;

    const choose = (index) => {
      active = index;
      [...list.children].forEach((option, at) => option.setAttribute('aria-selected', at === index));
      if (index < 0) return input.removeAttribute('aria-activedescendant');
      input.setAttribute('aria-activedescendant', list.children[index].id);
      list.children[index].scrollIntoView({ block: 'nearest' });
    };
    const open = (yes) => {
      list.hidden = !yes;
      input.setAttribute('aria-expanded', yes);
      choose(-1);
    };
    // Whatever is still on its way comes too late.
    const stop = () => {
      clearTimeout(timer);
      if (request) request.abort();
      request = null;
    };
    const close = () => {
      stop();
      said.textContent = '';
      open(false);
    };
    const show = (posts) => {
      list.replaceChildren();
      posts.forEach((post, at) => {
        const option = make('a', list, { role: 'option', id: `${id}-${at}`, href: post.url, tabindex: -1 });
        make('b', option).textContent = post.title;
        option.append(' ');
        const more = make('span', option);
        if (post.snippet) showSnippet(post.snippet, more);
        else more.textContent = post.description;
      });
      open(posts.length > 0);
      said.textContent = posts.length > 1 ? `${posts.length} posts suggested, use the arrow keys`
        : posts.length ? 'One post suggested, use the arrow keys' : 'No post suggested';
    };
    const ask = async () => {
      const mine = (request = new AbortController());
      try {
        const url = new URL('live/', input.form.action);
        url.searchParams.set('q', input.value);
        const answer = await fetch(url, { signal: mine.signal });
        const posts = answer.ok ? await answer.json() : [];
        if (mine === request && document.activeElement === input) show(posts);
      } catch {
        if (mine === request) close();
      }
    };
    const typed = () => {
      stop();
      if ([...input.value.trim()].length >= LEAST) {
        timer = setTimeout(ask, QUIET);
      } else {
        list.replaceChildren();
        close();
      }
    };

    const keys = {
      ArrowDown: (last) => choose(active < last ? active + 1 : -1),
      ArrowUp: (last) => choose(active < 0 ? last : active - 1),
      Home: () => active >= 0 && choose(0),
      End: (last) => active >= 0 && choose(last),
      Enter: () => active >= 0 && list.children[active].click(),
    };
    input.addEventListener('keydown', (event) => {
      const { key } = event;
      if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      if (key === 'Escape') {
        // The first closes, the second clears.
        if (list.hidden && input.value) {
          input.value = '';
          typed();
        } else if (list.hidden) {
          return;
        }
        close();
        event.preventDefault();
        return;
      }
      if (key === 'Tab' || (key === 'Enter' && active < 0)) return close();
      if (!keys[key] || !list.children.length) return;
      const arrow = key.startsWith('Arrow');
      if (!arrow && active < 0) return; // the text cursor's
      if (list.hidden) open(true);
      keys[key](list.children.length - 1);
      event.preventDefault();
    });
    input.addEventListener('input', (event) => event.isComposing || typed());
    input.addEventListener('compositionend', typed);
    input.addEventListener('blur', close);
    addEventListener('pagehide', close);
    list.addEventListener('mousedown', (event) => event.preventDefault()); // the field keeps the focus

    const states = { role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': id };
    for (const name in states) input.setAttribute(name, states[name]);
    open(false);
  };

  const searchByKey = (field) => {
    field.setAttribute('aria-keyshortcuts', '/');
    addEventListener('keydown', (event) => {
      const typing = event.target.closest('input, textarea, select') || event.target.isContentEditable;
      if (event.key !== '/' || typing || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      field.focus();
      field.select();
    });
  };

  // posts

  const offerCopy = (box, said) => {
    const button = make('button', box, { class: 'copy', type: 'button' });
    button.textContent = 'Copy';
    button.addEventListener('click', async () => {
      let word = 'Copied';
      try {
        await navigator.clipboard.writeText(box.querySelector('pre').textContent.replace(/\n$/, ''));
      } catch {
        word = 'Failed';
      }
      button.textContent = said.textContent = word;
      setTimeout(() => { button.textContent = 'Copy'; said.textContent = ''; }, 2000);
    });
  };

  // Open beside the text, closed above it; the entry is marked whose heading was passed last.
  const followContents = (box) => {
    const wide = matchMedia('(min-width: 78em)');
    const fit = () => { box.open = wide.matches; };
    wide.addEventListener('change', fit);
    fit();
    const links = new Map();
    for (const link of box.querySelectorAll('a')) {
      const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (heading) links.set(heading, link);
    }
    const passed = new Set();
    const observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) passed[isIntersecting ? 'add' : 'delete'](target);
      let here = null;
      for (const [heading, link] of links) {
        link.removeAttribute('aria-current');
        if (passed.has(heading)) here = link;
      }
      if (!here) return;
      here.setAttribute('aria-current', 'location');
      if (here.offsetTop < box.scrollTop || here.offsetTop > box.scrollTop + box.clientHeight - 40) {
        box.scrollTop = here.offsetTop - box.clientHeight / 2;
      }
    }, { rootMargin: '9999999px 0px -66% 0px' });
    for (const heading of links.keys()) observer.observe(heading);
  };

  document.addEventListener('DOMContentLoaded', () => {
    all('.scheme').forEach(offerSchemes);
    const fields = all('form[role=search] input[type=search]');
    fields.forEach(enhance);
    if (fields.length) searchByKey(fields[0]);
    const code = all('.body .block-code');
    if (code.length && navigator.clipboard) {
      const said = make('p', document.body, { class: 'unseen', role: 'status' });
      code.forEach((box) => offerCopy(box, said));
    }
    all('.toc details').forEach(followContents);
  });
})();
