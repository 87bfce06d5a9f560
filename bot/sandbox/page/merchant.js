// The merchant's side: choose who you are, and chat with the bot.
import { act, read } from "./api.js";
import { avatar, el, nameOf, openMenu, toast } from "./dom.js";
import { composer } from "./composer.js";
import { draw, stayAtEnd } from "./bubbles.js";
import { say } from "./words.js";
import { isTyping, loadChat, messagesOf, store } from "./store.js";

export function merchantPane(root) {
  const people = () => (store.page.people?.length ? store.page.people : [...store.users.values()].filter((user) => !user.is_bot).map((user) => ({ user: user.id })));
  let me = Number(sessionStorage.getItem("merchant")) || people()[0]?.user || 0;
  const view = { me: () => me, chat: () => me, thread: () => 0, names: false, keepDeleted: true, compose: (what) => write.set(what), jump: true };
  let write;
  const box = el("div", { class: "scroll", role: "log", "aria-live": "polite", tabindex: 0 });
  stayAtEnd(box);
  box.addEventListener("click", (event) => { const command = event.target.closest("[data-command]")?.dataset.command; if (command) write.send(command); });
  const picker = el("div", { class: "people" });
  const head = el("div", { class: "head" });
  const foot = el("div", {});

  async function choose(user) {
    me = user;
    sessionStorage.setItem("merchant", user);
    view.jump = true;
    await loadChat(me);
    render();
  }

  function openPicker() {
    if (picker.querySelector(".picker")) { picker.querySelector(".picker").remove(); return; }
    const list = el("ul", {});
    const search = el("input", { type: "search", placeholder: say("search"), "aria-label": say("search") });
    const fill = () => {
      const wanted = search.value.trim().toLowerCase();
      list.replaceChildren(...people().filter((one) => `${label(one)} ${one.note || ""} ${one.say || ""}`.toLowerCase().includes(wanted)).slice(0, 100).map((one) =>
        el("li", {}, el("button", { onclick: () => { picker.querySelector(".picker").remove(); choose(one.user); } },
          avatar(label(one), one.user, "small"), el("span", { class: "who" }, el("div", {}, label(one)), el("div", { class: "sub" }, one.note || store.users.get(one.user)?.phone || ""))))));
    };
    search.addEventListener("input", fill);
    search.addEventListener("keydown", (event) => { if (event.key === "Escape") picker.querySelector(".picker").remove(); });
    fill();
    picker.append(el("div", { class: "picker" }, search, list));
    search.focus();
  }
  const label = (one) => one.name || nameOf(store.users.get(one.user));

  async function commands(event) {
    const at = event.currentTarget.getBoundingClientRect();
    const found = await read(`commands?user=${me}&chat=${me}`);
    openMenu(at.left, at.top - 36 * found.commands.length - 14, found.commands.map((one) => [`/${one.command}  ${one.description}`, () => write.send(`/${one.command}`)]));
  }

  function keyboard(chat) {
    if (!chat?.keyboard) return null;
    return el("div", { class: "keyboard", role: "group", "aria-label": say("keyboard") }, chat.keyboard.rows.map((row) => el("div", {}, row.map((key) =>
      el("button", { onclick: () => act(me, "tap", { label: key.text }).catch((error) => toast(error.message)) }, key.text)))));
  }

  function render() {
    const user = store.users.get(me);
    const chat = store.chats.get(me);
    const one = people().find((each) => each.user === me) || { user: me };
    picker.querySelector("button.current")?.remove();
    picker.prepend(el("button", { class: "current", onclick: openPicker, "aria-haspopup": "listbox" }, el("span", { class: "dim" }, say("you_are")),
      avatar(label(one), me, "small"), el("b", {}, label(one)), el("span", { class: "note dim" }, one.note || ""), "▾"));
    head.replaceChildren(avatar(store.bot.name, store.bot.id),
      el("div", { class: "who" }, el("h2", { id: "merchant-title" }, store.bot.name), el("div", { class: "sub" }, isTyping(me) ? say("typing") : say("bot"))),
      el("button", { class: "icon", "aria-label": say("commands"), onclick: (event) => more(event, user) }, "⋮"));
    const messages = messagesOf(me);
    draw(view, box, messages, store.bot.description || say("choose"));
    const started = user?.started || messages.length > 0;
    const key = JSON.stringify([me, started, user?.blocked, chat?.keyboard, messages.some((each) => !each.out), document.documentElement.lang]);
    if (foot.dataset.key === key) return;
    foot.dataset.key = key;
    if (!started || user?.blocked) {
      foot.replaceChildren(el("div", { class: "startbar" }, el("button", { onclick: () => act(me, user?.blocked ? "unblock" : "start").then(() => loadChat(me)) }, user?.blocked ? say("unblock") : say("start"))));
      return;
    }
    const suggestion = one.say && !messages.some((each) => !each.out && each.message.text === one.say)
      ? el("div", { class: "try" }, el("button", { onclick: () => write.send(one.say), title: say("try_it") }, el("span", {}, `💡 ${one.say}`))) : null;
    foot.replaceChildren(suggestion || "", write.element, keyboard(chat) || "");
  }

  function more(event, user) {
    const at = event.currentTarget.getBoundingClientRect();
    openMenu(at.left - 120, at.bottom, [[`/start`, () => act(me, "start")], [user?.blocked ? say("unblock") : say("block"), () => act(me, user?.blocked ? "unblock" : "block")]]);
  }

  view.extra = () => el("button", { class: "icon", "aria-label": say("commands"), title: say("commands"), onclick: commands }, "/");
  const build = () => { view.jump = true; write = composer(view); delete foot.dataset.key; root.replaceChildren(picker, head, box, foot); render(); };
  build();
  loadChat(me).then(render);
  return { render, rebuild: build, concerns: (what) => what === "users" || what === "bot" || what === `chat:${me}` };
}
