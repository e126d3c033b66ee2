// Everything here is an addition: without it, or when it fails, each control is a plain form or link.
const doc = document, root = doc.documentElement, live = doc.getElementById('live');
const words = JSON.parse(live?.dataset.words || '{}');
const all = (what, where = doc) => [...where.querySelectorAll(what)];
const say = text => { if (live) { live.textContent = ''; setTimeout(() => live.textContent = text, 50) } };
const send = (address, body) => fetch(address, { method: 'POST', body, headers: { 'X-Fragment': '1' } });
const fragment = text => new DOMParser().parseFromString(text, 'text/html');
const number = n => n.toLocaleString(root.lang);

// Storage is refused in some private windows; what it would have kept is then kept by the page alone.
const kept = (key, value) => {
  try {
    if (value === undefined) return localStorage.getItem(key);
    if (value === null) localStorage.removeItem(key); else localStorage.setItem(key, value);
  } catch { return null }
};

// Times: pages are shared and cached, so the server writes dates and only the reader's browser says "2 hours ago".
const ago = where => {
  const intl = new Intl.RelativeTimeFormat(root.lang || 'en', { numeric: 'auto' });
  const speak = (n, unit) => words.ago ? words.ago[unit][n] ?? words.ago[unit][7].replace('#', n) : intl.format(-n, unit);
  for (const t of all('time[data-ago]', where)) {
    const past = (Date.now() - Date.parse(t.dateTime)) / 6e4;
    if (!(past >= 0 && past < 10080)) continue;
    t.title ||= t.textContent;
    const n = Math.floor(past < 60 ? past : past < 1440 ? past / 60 : past / 1440);
    t.textContent = speak(n, past < 60 ? 'minute' : past < 1440 ? 'hour' : 'day');
  }
};
ago(doc);

// Forms sent without a reload: the answer brings the parts to put in place and the sentence to say.
const busy = new WeakSet();
const swap = async (form, pressed) => {
  const body = new FormData(form, pressed), before = pressed?.id;
  const answer = await send(form.action, body);
  if (!answer.ok || answer.redirected) throw answer.status;
  const parts = fragment(await answer.text());
  const news = all('[data-replace]', parts).filter(n => doc.getElementById(n.id));
  if (!news.length) throw 'nothing to replace';
  const told = parts.querySelector('[data-say]')?.dataset.say || '';
  const focused = doc.activeElement?.id || before, item = pressed?.closest('[data-item]');
  const after = all('[data-item]').slice(all('[data-item]').indexOf(item) + 1);
  for (const n of news) { doc.getElementById(n.id).replaceWith(n); ago(n) }
  const back = focused && doc.getElementById(focused);
  if (back) back.focus();
  else if (item && !item.isConnected) {
    const next = after.find(i => i.isConnected);
    if (item.hasAttribute('data-current')) next?.setAttribute('data-current', '');
    (next?.querySelector('h1,h2,h3') || doc.getElementById('main')).focus();
  }
  say(told);
};
const plainly = (form, pressed) => () => { form.dataset.plain = '1'; form.requestSubmit(pressed) };
doc.addEventListener('submit', event => {
  const form = event.target, pressed = event.submitter;
  if (form.matches('[data-theme-form]') && pressed && !form.dataset.plain) {
    event.preventDefault();
    if (pressed.value) root.dataset.theme = pressed.value; else delete root.dataset.theme;
    for (const b of all('button', form)) b.setAttribute('aria-pressed', b === pressed);
    send(form.action, new FormData(form, pressed)).then(answer => { if (!answer.ok) throw answer.status }).catch(plainly(form, pressed));
  } else if (form.matches('[data-swap]') && !form.dataset.plain) {
    event.preventDefault();
    const mark = pressed || form;
    if (busy.has(mark)) return;
    busy.add(mark);
    swap(form, pressed).catch(plainly(form, pressed)).finally(() => busy.delete(mark));
  }
  // On a shared computer the next person must not find what this one was writing.
  if (/\/logout$/.test(form.action)) try { for (const k of Object.keys(localStorage)) if (k.startsWith('draft:')) kept(k, null) } catch { }
});

// A confirmation page names the draft that is now sent.
for (const done of all('[data-sent]')) kept('draft:' + done.dataset.sent, null);

// Writing: kept in this browser until the server says that it has it; previewed; counted.
const later = (wait, act) => { let timer; return () => { clearTimeout(timer); timer = setTimeout(act, wait) } };
const text = form => { const data = new FormData(form); for (const [k, v] of [...data]) if (typeof v !== 'string') data.delete(k); return data };
for (const box of all('[data-draft],[data-preview],[data-most]')) {
  const near = part => doc.getElementById(`${box.id}-${part}`), { draft, preview, most } = box.dataset;
  const tasks = [];
  if (draft) {
    const key = 'draft:' + draft, line = near('saved'), found = kept(key);
    let sent = false;
    const save = async () => {
      const value = box.value;
      try {
        const answer = await send(draft, text(box.form));
        if (!answer.ok || answer.redirected) throw answer.status;
        if (box.value === value) kept(key, null);
        if (line && !sent) line.textContent = words.saved;
      } catch { if (line && !sent) line.textContent = words.kept }
    };
    const offer = (said, word, act) => {
      const button = doc.createElement('button');
      button.type = 'button'; button.className = 'lnk'; button.textContent = word;
      button.onclick = () => { line.textContent = ''; act(); box.dispatchEvent(new Event('input')); box.focus() };
      line?.append(said, ' ', button);
    };
    if (found && !box.value) { box.value = found; offer(words.found, words.discard, () => { box.value = '' }) }
    else if (found && found !== box.value) offer(words.other, words.use, () => { box.value = found });
    const soon = later(1500, () => { if (!sent) save() });
    box.addEventListener('input', () => { kept(key, box.value); soon() });
    box.form.addEventListener('submit', () => { sent = true });
    addEventListener('pageshow', () => { sent = false });
  }
  if (preview) tasks.push(later(700, async () => {
    const pane = near('preview');
    try {
      const answer = box.value.trim() ? await send(preview, text(box.form)) : null;
      if (answer && (!answer.ok || answer.redirected)) throw answer.status;
      pane.querySelector('.prose').replaceChildren(...(answer ? fragment(await answer.text()).body.childNodes : []));
      pane.hidden = !answer;
    } catch { pane.hidden = true }
  }));
  if (most) {
    const length = () => [...box.value].length;
    const over = later(1500, () => { if (length() > most * .9) say(near('count').textContent) });
    tasks.push(() => {
      const left = most - length();
      near('count').textContent = left < 0 ? `${words.over} ${number(-left)}` : `${words.left} ${number(left)}`;
      over();
    });
  }
  box.addEventListener('input', () => tasks.forEach(t => t()));
  if (box.value) tasks.forEach(t => t());
}

// Files that are too large are left out before they are sent.
for (const chosen of all('input[data-megabytes]')) chosen.addEventListener('change', () => {
  const fits = new DataTransfer(), large = [];
  for (const file of chosen.files) if (file.size > chosen.dataset.megabytes * 1048576) large.push(file.name); else fits.items.add(file);
  if (large.length) chosen.files = fits.files;
  doc.getElementById(chosen.id + '-large').textContent = large.length ? `${chosen.dataset.large} ${large.join(', ')}` : '';
});

// Words picked out of a text before its Reply is pressed are quoted there; pressing clears what is picked, so look before.
const quote = event => {
  const link = event.target.closest('a[href$="/reply"]'), picked = getSelection();
  if (link && String(picked).trim() && link.closest('article')?.querySelector('.prose')?.contains(picked.anchorNode))
    link.href += '?quote=' + encodeURIComponent(String(picked).slice(0, 500));
};
for (const when of ['pointerdown', 'click']) doc.addEventListener(when, quote);

// An address with # opens whatever is folded around its place.
const unfold = () => {
  let spot = null, shut;
  try { spot = location.hash && doc.getElementById(decodeURIComponent(location.hash.slice(1))) } catch { }
  if (!spot) return;
  while ((shut = spot.closest('details:not([open])'))) shut.open = true;
  spot.scrollIntoView();
};
addEventListener('hashchange', unfold);
unfold();

// A page that has been looked at for three seconds, and was not asleep meanwhile, has been read; its marks stay until the visit is over.
const read = doc.querySelector('[data-seen]');
const began = Date.now();
if (read) setTimeout(() => { if (!doc.hidden && Date.now() - began < 5e3) send(read.action, new FormData(read)).catch(() => { }) }, 3e3);

// News: asked for once a minute while somebody looks, less often while there is none; a link, never put in by itself, and
// left alone while it has the focus.
const news = doc.querySelector('[data-poll]');
if (news) {
  let wait = 6e4;
  const ask = async () => {
    if (!doc.hidden) {
      let told;
      try {
        const answer = await fetch(news.dataset.poll);
        if (answer.ok && !answer.redirected) told = fragment(await answer.text()).body;
      } catch { }
      if (told && told.textContent !== news.textContent && !news.contains(doc.activeElement)) {
        news.replaceChildren(...told.childNodes);
        wait = 6e4;
      } else wait = Math.min(wait * 1.5, 9e5);
    }
    setTimeout(ask, wait);
  };
  setTimeout(ask, wait);
}

all('.err')[0]?.focus();
