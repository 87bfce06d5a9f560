// Inline mode: what the bot offers for the words after its @name, above the line where they are written.
import { act } from "./api.js";
import { el, toast } from "./dom.js";
import { say } from "./words.js";
import { store } from "./store.js";

const PAUSE = 250; // milliseconds without a key before the bot is asked

export function inlineMode(view, chosen) {
  const element = el("div", { class: "inline", hidden: true, role: "listbox", "aria-label": say("inline") });
  let asked = 0;
  let timer;

  const wordsOf = (text) => {
    const [first, ...rest] = text.split(/(?<=^\S+)\s/);
    return rest.length && first.toLowerCase() === `@${store.bot.username}`.toLowerCase() ? rest.join(" ").trim() : null;
  };
  const place = () => ({ chat: view.chat() === view.me() ? undefined : view.chat(), thread: view.thread?.() || undefined });

  async function choose(query, result) {
    hide();
    try { await act(view.me(), "choose", { ...place(), inline_query: query, result }); chosen(); } catch (error) { toast(error.message); }
  }

  function hide() {
    asked += 1;
    clearTimeout(timer);
    element.hidden = true;
  }

  async function ask(words) {
    const mine = (asked += 1);
    try {
      const found = await act(view.me(), "inline", { chat: place().chat, query: words });
      if (mine !== asked) return; // more was written meanwhile
      const rows = found.results.map((one) => el("button", { role: "option", onclick: () => choose(found.inline_query, one.id) },
        el("b", {}, one.title || one.id), el("div", { class: "sub" }, one.description || "")));
      if (found.button) rows.unshift(el("div", { class: "hint" }, found.button.text));
      element.replaceChildren(...(rows.length ? rows : [el("div", { class: "hint" }, say(found.answered ? "nothing_found" : "no_answer"))]));
      element.hidden = false;
    } catch (error) { if (mine === asked) toast(error.message); }
  }

  function typed(text) {
    const words = wordsOf(text);
    hide();
    if (words !== null) timer = setTimeout(() => ask(words), PAUSE);
  }
  return { element, typed };
}
