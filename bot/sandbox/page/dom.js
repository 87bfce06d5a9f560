// Small things about elements. Text always goes in as text, never as HTML.
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const COLOURS = ["#e17076", "#faa774", "#a695e7", "#7bc862", "#6ec9cb", "#65aadd", "#ee7aae"];

export function avatar(name, id, size = "") {
  const letters = [...(name || "?").trim()].slice(0, /[\u4e00-\u9fff]/.test(name || "") ? 1 : 2).join("").toUpperCase();
  const face = el("span", { class: `avatar ${size}`, "aria-hidden": "true" }, letters);
  face.style.background = COLOURS[Math.abs(Number(id) || 0) % COLOURS.length];
  return face;
}

// Chinese names are written without a space, the family name first.
const chinese = (text) => /[\u4e00-\u9fff]/.test(text || "");
export const nameOf = (user) => {
  if (!user) return "?";
  const parts = chinese(user.first_name) && chinese(user.last_name) ? [user.last_name + user.first_name] : [user.first_name, user.last_name];
  return parts.filter(Boolean).join(" ") || user.name || user.username;
};

let timer;
export function toast(text) {
  if (!text) return;
  const box = document.getElementById("toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => (box.hidden = true), 3500);
}

export function alertBox(text, button) {
  const box = document.getElementById("alert");
  box.querySelector("p").textContent = text;
  box.querySelector("button").textContent = button;
  box.showModal();
}

export function openMenu(x, y, entries) {
  const menu = document.getElementById("menu");
  menu.replaceChildren(
    ...entries.filter(Boolean).map(([label, action]) =>
      el("button", { role: "menuitem", onclick: () => { closeMenu(); action(); } }, label)),
  );
  menu.hidden = false;
  menu.style.left = `${Math.max(4, Math.min(x, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(4, Math.min(y, innerHeight - menu.offsetHeight - 8))}px`;
  menu.querySelector("button")?.focus();
}

export function closeMenu() {
  document.getElementById("menu").hidden = true;
}
document.addEventListener("pointerdown", (event) => { if (!event.target.closest("#menu")) closeMenu(); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenu(); });
