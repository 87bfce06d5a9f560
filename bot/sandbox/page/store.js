// What the page knows: people, chats and messages, kept up to date by the sandbox's events.
import { listen, read } from "./api.js";

export const store = { bot: null, page: {}, now: null, received: 0, zone: "Asia/Shanghai", users: new Map(), chats: new Map(), messages: new Map(), typing: new Map(), online: false };
const watchers = new Set();
let queued = new Set();

export const watch = (callback) => watchers.add(callback);

function tell(what) {
  if (queued.size === 0) requestAnimationFrame(() => { const all = queued; queued = new Set(); for (const watcher of watchers) watcher(all); });
  queued.add(what);
}
export const poke = tell;

export const clock = () => new Date(store.now.getTime() + (performance.now() - store.received));

function setNow(iso) {
  store.now = new Date(iso);
  store.received = performance.now();
}

function keep(message) {
  const id = message.chat;
  if (!store.messages.has(id)) store.messages.set(id, new Map());
  store.messages.get(id).set(message.id, message);
}

export async function load() {
  const state = await read("state");
  setNow(state.now);
  store.bot = state.bot;
  store.online = state.bot.online;
  for (const user of state.users) store.users.set(user.id, user);
  for (const chat of state.chats) store.chats.set(chat.id, chat);
  for (const chat of state.chats.filter((one) => one.type !== "private")) await loadChat(chat.id);
  listen(state.event, take, (good) => { if (!good) return; tell("line"); });
  setInterval(async () => {
    const bot = (await read("state")).bot;
    if (bot.online !== store.online) { store.online = bot.online; tell("bot"); }
  }, 5000);
}

export async function loadChat(id) {
  if (store.messages.has(id) && store.messages.get(id).loaded) return;
  try {
    const found = await read(`chats/${id}/messages?limit=300`);
    for (const message of found.messages) keep(message);
    if (!store.messages.has(id)) store.messages.set(id, new Map());
    store.messages.get(id).loaded = true;
    if (!store.chats.has(id)) store.chats.set(id, await read(`chats/${id}`));
  } catch { /* the chat has not been opened yet */ }
  tell(`chat:${id}`);
}

export const messagesOf = (id, thread) => {
  const all = [...(store.messages.get(id)?.values() || [])].sort((a, b) => a.id - b.id);
  return thread === undefined ? all : all.filter((message) => (message.thread || 0) === thread);
};

async function take(event) {
  switch (event.type) {
    case "hello": setNow(event.now); return;
    case "gap": location.reload(); return;
    case "message": case "edited": case "reaction":
      keep(event.message);
      if (event.type === "message") { store.typing.delete(`${event.chat}:${event.thread || 0}`); store.online = store.online || event.message.out; }
      if (!store.chats.has(event.chat)) store.chats.set(event.chat, await read(`chats/${event.chat}`));
      if (event.type === "message") tell(`new:${event.chat}:${event.thread || 0}`);
      break;
    case "deleted":
      for (const id of event.messages) { const found = store.messages.get(event.chat)?.get(id); if (found) found.deleted = true; }
      break;
    case "typing":
      store.typing.set(`${event.chat}:${event.thread || 0}`, performance.now() + 5500);
      setTimeout(() => tell(`chat:${event.chat}`), 5600);
      break;
    case "keyboard": { const chat = store.chats.get(event.chat); if (chat) chat.keyboard = event.keyboard; break; }
    case "pinned": { const chat = store.chats.get(event.chat); if (chat) chat.pinned = event.pinned; for (const message of store.messages.get(event.chat)?.values() || []) message.pinned = event.pinned.includes(message.id); break; }
    case "topic": {
      const chat = store.chats.get(event.chat);
      if (chat) chat.topics = [...chat.topics.filter((topic) => topic.id !== event.topic.id), ...(event.topic.deleted ? [] : [event.topic])];
      break;
    }
    case "chat": store.chats.set(event.chat, event.value); break;
    case "user": store.users.set(event.user.id, event.user); tell("users"); break;
    case "bot": store.bot = event.bot; tell("bot"); break;
    case "clock": setNow(event.now); break;
    case "answer": tell(`answer:${event.callback}`); break;
  }
  if (event.chat !== undefined) tell(`chat:${event.chat}`);
}

export const isTyping = (id, thread = 0) => (store.typing.get(`${id}:${thread}`) || 0) > performance.now();
