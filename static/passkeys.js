// Passkeys are the one thing that cannot be done without a script; their forms are hidden until here.
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

// What the server writes as base64url the browser wants as bytes, and the other way round.
const read = options => {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials]) for (const one of list || []) one.id = bytes(one.id);
  return options;
};
const written = made => {
  const response = {};
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'])
    if (made.response[name]) response[name] = text(made.response[name]);
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
};

if (window.PublicKeyCredential) for (const form of document.querySelectorAll('form[data-passkey]')) {
  const said = form.querySelector('[role=status]');
  let busy = false;
  form.hidden = false;
  if (form.nextElementSibling?.matches('[data-no-passkey]')) form.nextElementSibling.hidden = true;
  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    said.textContent = '';
    try {
      const answer = await fetch(form.dataset.passkey, { method: 'POST', body: new URLSearchParams({ csrf_token: form.elements.csrf_token.value }) });
      if (!answer.ok) throw answer.status;
      const publicKey = read(await answer.json());
      const made = await navigator.credentials[publicKey.user ? 'create' : 'get']({ publicKey });
      form.elements.answer.value = written(made);
      form.submit();
    } catch { said.textContent = said.dataset.failed }
    busy = false;
  });
}
