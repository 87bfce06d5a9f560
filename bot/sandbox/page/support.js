// The support group: topics on the left, one topic on the right.
import { read } from "./api.js";
import { el, nameOf, openMenu } from "./dom.js";
import { composer } from "./composer.js";
import { draw, preview, stayAtEnd } from "./bubbles.js";
import { clockOf, say } from "./words.js";
import { messagesOf, store } from "./store.js";

export function supportPane(root) {
  const group = () => [...store.chats.values()].find((chat) => chat.type !== "private" && !chat.migrated_to);
  const staff = () => (group()?.members || []).map((member) => store.users.get(member.user)).filter((user) => user && !user.is_bot);
  let me = Number(sessionStorage.getItem("staff")) || staff()[0]?.id || 0;
  let open = 0;
  const seen = new Map();
  const view = { me: () => me, chat: () => group().id, thread: () => open, names: true, keepDeleted: true, compose: (what) => write.set(what), jump: true };
  let write;
  const topics = el("ul", { class: "topics" });
  const box = el("div", { class: "scroll", role: "log", "aria-live": "polite", tabindex: 0 });
  stayAtEnd(box);
  const head = el("div", { class: "head" });
  const listHead = el("div", { class: "head" });
  const pin = el("div", {});
  const foot = el("div", {});

  const lastOf = (thread) => { const all = messagesOf(group().id, thread).filter((message) => !message.deleted); return all[all.length - 1]; };
  const unread = (thread) => messagesOf(group().id, thread).filter((message) => message.id > (seen.get(thread) || 0) && message.from !== me && message.kind !== "service").length;

  function choose(thread) {
    open = thread;
    view.jump = true;
    root.classList.add("open");
    render();
  }

  function topicRow(topic) {
    const last = lastOf(topic.id);
    const count = topic.id === open ? 0 : unread(topic.id);
    return el("li", {}, el("button", { "aria-current": topic.id === open ? "true" : "false", onclick: () => choose(topic.id) },
      el("span", { class: "mark" }, topic.closed ? "🔒" : topic.icon_emoji || (topic.id ? "💬" : "#")),
      el("span", { class: "who" }, el("div", {}, topic.name), el("div", { class: "sub" }, preview(last))),
      el("span", { class: "sub" }, last ? clockOf(last.at, store.zone) : ""),
      count ? el("span", { class: "badge" }, String(count)) : null));
  }

  function render() {
    const chat = group();
    if (!chat) return;
    const all = [...chat.topics].sort((a, b) => (lastOf(b.id)?.id || b.id) - (lastOf(a.id)?.id || a.id));
    const general = { id: 0, name: say("general"), closed: false };
    if (open && !all.some((topic) => topic.id === open)) open = 0;
    if (!open && all.length && !root.classList.contains("open")) open = all[0].id;
    topics.replaceChildren(topicRow(general), ...all.map(topicRow), ...(all.length ? [] : [el("li", { class: "hint" }, say("no_topics"))]));
    listHead.replaceChildren(el("div", { class: "who" }, el("h2", { id: "support-title" }, chat.title), el("div", { class: "sub" }, `${say("topics")}: ${all.length}`)));
    const topic = all.find((one) => one.id === open) || general;
    head.replaceChildren(
      el("button", { class: "icon only-narrow", "aria-label": say("back"), onclick: () => { root.classList.remove("open"); render(); } }, "←"),
      el("div", { class: "who" }, el("h2", {}, topic.name), el("div", { class: "sub" }, chat.title)),
      el("label", { class: "dim" }, say("as"), " ", picker()));
    const messages = messagesOf(chat.id, open);
    draw(view, box, messages, say("nothing"));
    if (messages.length) seen.set(open, messages[messages.length - 1].id);
    const pinned = messages.filter((message) => message.pinned && !message.deleted).pop();
    pin.replaceChildren(pinned ? el("button", { class: "pinbar", onclick: () => document.getElementById(`m${chat.id}_${pinned.id}`)?.scrollIntoView({ block: "center", behavior: "smooth" }) },
      "📌", el("div", {}, el("b", {}, say("pinned")), preview(pinned))) : "");
    const key = JSON.stringify([open, topic.closed, me, document.documentElement.lang]);
    if (foot.dataset.key !== key) { foot.dataset.key = key; foot.replaceChildren(topic.closed ? el("div", { class: "closed" }, `🔒 ${say("closed")}`) : "", write.element); }
  }

  function picker() {
    const select = el("select", { "aria-label": say("as"), onchange: (event) => { me = Number(event.target.value); sessionStorage.setItem("staff", me); render(); } },
      staff().map((user) => el("option", { value: user.id, selected: user.id === me }, nameOf(user))));
    return select;
  }

  async function commands(event) {
    const at = event.currentTarget.getBoundingClientRect();
    const found = await read(`commands?user=${me}&chat=${group().id}`);
    openMenu(at.left, at.top - 36 * found.commands.length - 14, found.commands.map((one) => [`/${one.command}  ${one.description}`, () => write.send(`/${one.command}`)]));
  }
  view.extra = () => el("button", { class: "icon", "aria-label": say("commands"), title: say("commands"), onclick: commands }, "/");
  const build = () => {
    view.jump = true;
    write = composer(view);
    delete foot.dataset.key;
    root.replaceChildren(el("div", { class: "list" }, listHead, topics), el("div", { class: "topic-pane" }, head, pin, box, foot));
    render();
  };
  build();
  return { render, rebuild: build, unread: () => (group()?.topics || []).reduce((sum, topic) => sum + unread(topic.id), 0), concerns: (what) => what === "users" || what === "bot" || what === `chat:${group()?.id}` };
}
