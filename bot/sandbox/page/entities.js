// Telegram's text with entities (UTF-16 offsets, as JavaScript's own) as elements.
import { el } from "./dom.js";

const WRAP = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote",
};

function wrapped(entity, inside, text) {
  if (WRAP[entity.type]) return el(WRAP[entity.type], {}, inside);
  if (entity.type === "text_link") return el("a", { href: safe(entity.url), target: "_blank", rel: "noopener" }, inside);
  if (entity.type === "url") return el("a", { href: safe(text), target: "_blank", rel: "noopener" }, inside);
  if (entity.type === "spoiler") return el("span", { class: "spoiler", onclick: (event) => event.currentTarget.classList.add("open") }, inside);
  if (["bot_command", "mention", "hashtag", "phone_number", "email"].includes(entity.type)) return el("span", { class: "link", "data-command": entity.type === "bot_command" ? text : null }, inside);
  return el("span", {}, inside);
}

const safe = (address) => (/^(https?:|tg:|mailto:)/i.test(address) ? address : `https://${address}`);

export function rich(text, entities = []) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const build = (from, to, list) => {
    const nodes = [];
    let at = from;
    for (let i = 0; i < list.length; ) {
      const entity = list[i];
      const end = Math.min(entity.offset + entity.length, to);
      let next = i + 1;
      while (next < list.length && list[next].offset < end) next += 1;
      if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
      nodes.push(wrapped(entity, build(entity.offset, end, list.slice(i + 1, next)), text.slice(entity.offset, end)));
      at = end;
      i = next;
    }
    if (at < to) nodes.push(text.slice(at, to));
    return nodes;
  };
  return build(0, text.length, sorted);
}
