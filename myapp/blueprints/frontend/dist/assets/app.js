// A single-page application: its own routes below /frontend/app, its data from /frontend/api.
const BASE = "/frontend/app";
const main = document.querySelector("main");

function element(name, text, attributes = {}) {
  const made = Object.assign(document.createElement(name), attributes);
  made.textContent = text;
  return made;
}

async function list() {
  const posts = await (await fetch("/frontend/api/posts")).json();
  const items = Object.entries(posts).map(([id, title]) => {
    const item = document.createElement("li");
    item.append(element("a", title, { href: `${BASE}/posts/${id}` }));
    return item;
  });
  const made = document.createElement("ul");
  made.append(...items);
  return [element("h1", "Posts"), made];
}

async function post(id) {
  const answer = await fetch(`/frontend/api/posts/${id}`);
  const body = await answer.json();
  return [element("h1", answer.ok ? body.title : body.detail)];
}

async function show() {
  const found = location.pathname.match(/\/posts\/(\d+)$/);
  main.replaceChildren(...(found ? await post(found[1]) : await list()));
}

addEventListener("popstate", show);
addEventListener("click", (event) => {
  const link = event.target.closest(`a[href^="${BASE}"]`);
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState({}, "", link.href);
  show();
});
show();
