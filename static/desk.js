// The moderation desk: its keys, for those who have them on, and the claim of an open page. All of it works without.
const doc = document, all = (what, of = doc) => [...of.querySelectorAll(what)];
const busy = event => event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.target.closest?.('input,textarea,select,[contenteditable]');
let pending = null;  // the button that waits for a reason
let sent = false;  // what is pressed again while it is on its way would come back as overtaken
doc.documentElement.classList.add('scripted');  // only now the badges of the keys are true
addEventListener('submit', event => {
  if (event.defaultPrevented || event.submitter?.formMethod === 'dialog') return;
  if (sent) event.preventDefault();
  sent = true;
});
addEventListener('pageshow', () => { sent = false });

// j and k walk the queue; a letter presses its button, in the current item before anywhere else, or opens what is folded.
const press = button => {
  if (button.dataset.needs) {
    const reason = doc.getElementById(button.dataset.needs);
    if (!reason.value) { pending = button; reason.focus(); return }
  }
  if (button.tagName === 'SUMMARY') {
    const box = button.parentNode;
    box.open = !box.open;
    (box.open && box.querySelector('textarea,select') || button).focus();
    button.scrollIntoView({ block: 'nearest' });
  } else button.click();
};
if (doc.body.dataset.keys === 'on') addEventListener('keydown', event => {
  if (sent) { if (!busy(event)) event.preventDefault(); return }
  if (event.key === 'Enter' && pending && event.target.id === pending.dataset.needs && event.target.value) {
    event.preventDefault();
    pending.click();
    return;
  }
  if (busy(event) || event.repeat) return;
  const items = all('[data-item]'), at = items.findIndex(i => i.hasAttribute('data-current'));
  if (items.length && (event.key === 'j' || event.key === 'k')) {
    const next = items[Math.max(0, Math.min(items.length - 1, at + (event.key === 'j' ? 1 : -1)))];
    items[at]?.removeAttribute('data-current');
    next.setAttribute('data-current', '');
    next.querySelector('h2 a').focus();
    event.preventDefault();
    return;
  }
  const button = [...all('[data-key]', items[at] || doc), ...all('[data-key]')].find(b => b.dataset.key === event.key);
  if (button) { event.preventDefault(); press(button) }
});

// An open page holds its claim: asked for at once and every two minutes, while somebody looks.
const claim = doc.querySelector('[data-claim]');
if (claim) {
  const hold = async () => {
    if (doc.hidden) return;
    try {
      const answer = await fetch(claim.action, { method: 'POST', body: new FormData(claim), headers: { 'X-Fragment': '1' }, redirect: 'manual' });
      if (answer.ok) doc.querySelector('[data-free]')?.remove();
      if (answer.status === 409) {
        claim.hidden = false;
        claim.className = 'notice warn';
        claim.querySelector('p').append(' ', await answer.text());
        clearInterval(again);
      }
    } catch { }
  };
  const again = setInterval(hold, 12e4);
  hold();
}

// What is at work beside the pages: its bar follows, and the page comes anew when it is done.
const follow = async () => {
  const bar = doc.querySelector('[data-again]');
  if (!bar) return;
  try {
    const answer = await fetch(bar.dataset.again);
    const now = answer.ok && new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-again]');
    if (answer.ok && !now) return location.reload();
    if (now && now.textContent !== bar.textContent) bar.replaceWith(now);
  } catch { }
  setTimeout(follow, 1000);
};
follow();
