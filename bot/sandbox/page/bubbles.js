// Messages as bubbles.
import { act, fileAddress } from "./api.js";
import { alertBox, avatar, el, nameOf, openMenu, toast } from "./dom.js";
import { rich } from "./entities.js";
import { clockOf, dayOf, say } from "./words.js";
import { isTyping, store } from "./store.js";

const personOf = (id) => (id === store.bot.id ? { id, first_name: store.bot.name } : store.users.get(id));

function serviceText(message) {
  const data = message.message;
  const who = nameOf(personOf(message.from));
  if (data.forum_topic_created) return `${who} ${say("created")} “${data.forum_topic_created.name}”`;
  if (data.forum_topic_edited) return `${who} ${say("renamed")}${data.forum_topic_edited.name ? ` “${data.forum_topic_edited.name}”` : ""}`;
  if (data.forum_topic_closed) return `${who} ${say("closed_by")}`;
  if (data.forum_topic_reopened) return `${who} ${say("reopened")}`;
  if (data.pinned_message) return `${who} ${say("pinned_by")}`;
  if (data.new_chat_members) return `${data.new_chat_members.map(nameOf).join(", ")} ${say("joined")}`;
  if (data.left_chat_member) return `${nameOf(data.left_chat_member)} ${say("left")}`;
  return say("service");
}

export function preview(message) {
  if (!message) return "";
  const data = message.message;
  if (message.deleted) return say("deleted");
  if (message.kind === "service") return serviceText(message);
  const text = data.text || data.caption;
  const icon = { photo: "🖼 ", document: "📎 ", voice: "🎤 ", video: "🎬 ", sticker: data.sticker?.emoji || "🙂", location: "📍 ", contact: "👤 " }[message.kind] || "";
  return `${icon}${text || say({ photo: "photo", voice: "voice_message" }[message.kind] || message.kind) }`.replace(/\s+/g, " ");
}

function media(data) {
  if (data.photo) return el("img", { src: fileAddress(data.photo[data.photo.length - 1].file_id), alt: data.caption || "", loading: "lazy" });
  if (data.sticker) return el("span", { style: "font-size:48px" }, data.sticker.emoji || "🙂");
  if (data.voice || data.audio) return el("div", { class: "card" }, "🎤", el("span", {}, `${say("voice_message")} ${(data.voice || data.audio).duration || 0}″`));
  if (data.video || data.video_note || data.animation) return el("div", { class: "card" }, "🎬", say("video"));
  if (data.document) return el("a", { class: "card", href: fileAddress(data.document.file_id), target: "_blank", rel: "noopener" }, "📎", data.document.file_name || say("file"));
  if (data.location) return el("div", { class: "card" }, "📍", `${data.location.latitude.toFixed(4)}, ${data.location.longitude.toFixed(4)}`);
  if (data.contact) return el("div", { class: "card" }, avatar(data.contact.first_name, data.contact.user_id, "small"), el("div", {}, el("b", {}, nameOf(data.contact)), el("div", { class: "dim" }, data.contact.phone_number)));
  return null;
}

async function press(view, message, button, element) {
  if (button.url) { toast(button.url); navigator.clipboard?.writeText(button.url).catch(() => {}); return; }
  element.setAttribute("aria-busy", "true");
  try {
    const answer = await act(view.me(), "press", { chat: message.chat, message: message.id, data: button.callback_data });
    if (!answer.answered) toast(say("no_answer"));
    else if (answer.alert) alertBox(answer.text, say("ok"));
    else toast(answer.text);
  } catch (error) { toast(error.message); } finally { element.removeAttribute("aria-busy"); }
}

function keys(view, message) {
  const rows = message.message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return el("div", { class: "keys" }, rows.map((row) => el("div", {}, row.map((button) =>
    el("button", { onclick: (event) => press(view, message, button, event.currentTarget) }, button.text + (button.url ? " ↗" : ""))))));
}

function quote(message) {
  const answered = message.message.reply_to_message;
  if (!answered || answered.forum_topic_created) return null;
  const known = store.messages.get(message.chat)?.get(answered.message_id);
  return el("button", { class: "quote", onclick: () => document.getElementById(`m${message.chat}_${answered.message_id}`)?.scrollIntoView({ block: "center", behavior: "smooth" }) },
    known ? preview(known) : answered.text || answered.caption || "…");
}

function actions(view, message, event) {
  event.preventDefault();
  const mine = message.from === view.me();
  const text = message.message.text ?? message.message.caption;
  const chat = message.chat;
  openMenu(event.clientX, event.clientY, [
    [say("reply"), () => view.compose({ reply: message })],
    mine && text !== undefined && [say("edit"), () => view.compose({ edit: message })],
    text && [say("copy"), () => navigator.clipboard?.writeText(text)],
    ["👍", () => act(view.me(), "react", { chat, message: message.id, emoji: ["👍"] }).catch((error) => toast(error.message))],
    ["🙏", () => act(view.me(), "react", { chat, message: message.id, emoji: ["🙏"] }).catch((error) => toast(error.message))],
    mine && [say("remove"), () => act(view.me(), "delete", { chat, messages: [message.id] }).catch((error) => toast(error.message))],
  ]);
}

// The parts of an album side by side; each has its own menu.
function mosaic(view, parts) {
  return el("div", { class: "album" }, parts.map((part, place) => el("div", {
    id: place ? `m${part.chat}_${part.id}` : undefined,
    oncontextmenu: (event) => { event.stopPropagation(); if (!part.deleted) actions(view, part, event); },
  }, part.deleted ? say("deleted") : media(part.message))));
}

function bubble(view, message, parts) {
  const data = message.message;
  const mine = message.from === view.me();
  const edited = message.edits?.length && !message.out;
  const words = parts.filter((part) => !part.deleted).map((part) => part.message).filter((part) => part.text !== undefined || part.caption !== undefined);
  const reactions = parts.flatMap((part) => part.reactions || []);
  const meta = el("span", { class: "meta" }, edited || (message.edits?.length && data.edit_date) ? `${say("edited")} ` : "", clockOf(message.at, store.zone), mine ? " ✓✓" : "");
  const body = el("div", { class: `bubble${message.deleted ? " gone" : ""}`, oncontextmenu: (event) => !message.deleted && actions(view, message, event), ondblclick: () => !message.deleted && view.compose({ reply: message }) },
    view.names && !mine ? el("div", { class: "name" }, nameOf(personOf(message.from))) : null,
    message.deleted ? null : quote(message),
    parts.length > 1 ? mosaic(view, parts) : message.deleted ? say("deleted") : media(data),
    words.map((part) => el("span", {}, rich(part.text ?? part.caption, part.entities || part.caption_entities))),
    meta,
    reactions.length ? el("div", { class: "reactions" }, reactions.map((one) => el("span", {}, one.emoji))) : null);
  return el("div", { class: `row ${mine ? "mine" : "theirs"}`, id: `m${message.chat}_${message.id}` },
    view.names && !mine ? avatar(nameOf(personOf(message.from)), message.from, "small") : null,
    el("div", { class: "stack" }, body, message.deleted ? null : keys(view, message)));
}

// Whoever is at the end of a chat stays there, also when the space for it or a picture in it changes.
export function stayAtEnd(box) {
  let atEnd = true;
  box.addEventListener("scroll", () => { atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80; });
  const follow = () => { if (atEnd) box.scrollTop = box.scrollHeight; };
  new ResizeObserver(follow).observe(box);
  box.addEventListener("load", follow, true); // a picture has its height only now; load does not bubble
}

// Messages one by one, the parts of an album together.
function together(messages) {
  const groups = [];
  for (const message of messages) {
    const album = message.message.media_group_id;
    const last = groups[groups.length - 1];
    if (album && last?.[0].message.media_group_id === album && last[0].from === message.from) last.push(message);
    else groups.push([message]);
  }
  return groups;
}

// Draws only what changed, so that scrolling and pressed buttons stay as they are.
export function draw(view, box, messages, empty) {
  const shown = messages.filter((message) => !message.deleted || view.keepDeleted);
  const near = box.scrollHeight - box.scrollTop - box.clientHeight < 120;
  const old = new Map([...box.children].map((child) => [child.dataset.key, child]));
  const nodes = [];
  let day = "";
  let wrote = false; // whoever writes wants to see it, wherever they had scrolled to
  for (const parts of together(shown)) {
    const message = parts[0];
    const today = dayOf(message.at, store.zone);
    if (today !== day) { day = today; nodes.push(["day:" + today, () => el("div", { class: "day" }, el("span", {}, today))]); }
    const key = `${parts.map((part) => `${part.chat}:${part.id}:${part.changed}:${part.deleted}:${(part.reactions || []).length}`).join("+")}:${view.me()}:${document.documentElement.lang}`;
    wrote = !old.has(key) && message.from === view.me() && message.id > (view.newest || 0);
    nodes.push([key, () => (message.kind === "service" ? el("div", { class: "service" }, el("span", {}, serviceText(message))) : bubble(view, message, parts))]);
  }
  if (isTyping(view.chat(), view.thread?.() || 0)) nodes.push(["typing", () => el("div", { class: "row theirs typing" }, el("div", { class: "bubble" }, say("typing")))]);
  if (nodes.length === 0) nodes.push(["empty:" + empty, () => el("div", { class: "empty" }, el("span", {}, empty))]);
  const fresh = nodes.map(([key, make]) => { const node = old.get(key) || make(); node.dataset.key = key; return node; });
  if (fresh.length !== box.children.length || fresh.some((node, index) => box.children[index] !== node)) {
    box.replaceChildren(...fresh);
    if (near || view.jump || wrote) box.scrollTop = box.scrollHeight;
  }
  view.newest = shown.at(-1)?.id || 0;
  view.jump = false;
}
