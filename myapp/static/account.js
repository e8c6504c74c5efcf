"use strict";

// The token of a mailed link. It stays in this variable alone: not in the address, the history or a Referer.
const token = new URLSearchParams(location.hash.slice(1)).get("token");
history.replaceState(null, "", location.pathname);
// A link opened where this page is already: the browser would change the address and nothing else.
addEventListener("hashchange", () => location.reload());

const ask = document.getElementById("ask");
const set = document.getElementById("set");
const said = document.getElementById("said");
const form = token && set ? set : ask;

function say(text) {
  said.textContent = text;
}

async function send(event) {
  event.preventDefault();
  const fields = new FormData(form);
  const body = form === ask
    ? { email: fields.get("email") }
    : { token, [form.dataset.name]: fields.get("password") };
  const button = form.querySelector("button");
  button.disabled = true;
  let answer, told = null;
  try {
    answer = await fetch(form.dataset.url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    told = answer.status === 204 ? {} : await answer.json();
  } catch {
    say("The site can't be reached. Try again in a moment.");
    button.disabled = false;
    return;
  }
  button.disabled = false;
  if (answer.ok) {
    form.hidden = true;
    say(told.message ? `${told.message}.` : "Done. You can sign in with your new password.");
  } else if (answer.status === 429) {
    const seconds = Number(answer.headers.get("Retry-After"));
    say(`Too many attempts. Try again in ${seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}.`);
  } else if (answer.status === 422) {
    say(told.detail.map((fault) => fault.msg).join(" "));
  } else if (answer.status === 400) {
    say("This link was used already or is too old. Ask for another one.");
  } else {
    say(`${told.detail || "Something went wrong"}.`);
  }
}

if (form) {
  form.hidden = false;
  form.addEventListener("submit", send);
  form.querySelector("input").focus();
  say("");
} else {
  say("This link is not complete. Open it as it is in the mail.");
}
