// SPDX-License-Identifier: GPL-3.0-or-later
//
// Suggestions while somebody types into a search field: the editable combobox with a listbox of the
// ARIA Authoring Practices. Without this script, or when it fails, the form simply submits.
'use strict';

(() => {
  const QUIET = 120; // milliseconds without a key before we ask
  const LEAST = 2; // characters

  const make = (name, parent, attributes = {}) => {
    const element = document.createElement(name);
    for (const key in attributes) element.setAttribute(key, attributes[key]);
    parent.append(element);
    return element;
  };

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

  const fields = [...document.querySelectorAll('form[role=search] input[type=search]')];
  fields.forEach(enhance);
  if (!fields.length) return;

  fields[0].setAttribute('aria-keyshortcuts', '/');
  addEventListener('keydown', (event) => {
    const typing = event.target.closest('input, textarea, select') || event.target.isContentEditable;
    if (event.key !== '/' || typing || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    fields[0].focus();
    fields[0].select();
  });
})();
