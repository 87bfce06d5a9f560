// Words of the page itself; what the bot says comes from the bot.
const WORDS = {
  zh: {
    merchant: "商户", support: "客服群", you_are: "我是", search: "搜索商户…", online: "机器人在线", offline: "机器人不在线",
    bot: "机器人", typing: "正在输入…", start: "开始", message: "消息", send: "发送", attach: "附件", photo: "发送照片",
    document: "发送文件", voice: "发送语音", location: "发送位置", contact_own: "分享自己的手机号", contact_other: "分享别人的名片",
    commands: "命令", reply: "回复", edit: "编辑", remove: "删除", copy: "复制", react: "回应", edited: "已编辑", deleted: "已删除", cancel: "取消",
    general: "常规", topics: "话题", no_topics: "还没有工单。商户那边转人工后，这里会出现一个话题。", pinned: "置顶消息", as: "我是",
    closed: "话题已关闭", created: "创建了话题", renamed: "改了话题名称", closed_by: "关闭了话题", reopened: "重新打开了话题",
    pinned_by: "置顶了一条消息", back: "返回", try_it: "试试这句话", nothing: "这里还没有消息。", ok: "好的", block: "屏蔽机器人", unblock: "解除屏蔽",
    blocked: "您已屏蔽机器人", no_answer: "机器人没有回应", open_link: "打开链接？", contact: "名片", file: "文件", sticker: "贴纸", voice_message: "语音消息",
    video: "视频", joined: "加入了群组", left: "离开了群组", service: "系统消息", failed: "没有成功", choose: "选一位商户，看看聊天是什么样的。", today: "今天", keyboard: "键盘",
    inline: "机器人提供的回复", nothing_found: "没有找到",
    edit_folder: "编辑知识库", find_file: "找文件…", edit_text: "文件内容", save: "保存", close: "关闭", checking: "正在保存和检查…", not_saved: "还没有保存",
    serving: "没有错误；几秒后启用，到左边的对话里试试。", not_serving: "有错误，没有启用；原来的版本继续服务。",
  },
  en: {
    merchant: "Merchant", support: "Support group", you_are: "I am", search: "Find a merchant…", online: "bot online", offline: "bot offline",
    bot: "bot", typing: "typing…", start: "Start", message: "Message", send: "Send", attach: "Attach", photo: "Send a photo",
    document: "Send a file", voice: "Send a voice message", location: "Send a location", contact_own: "Share my own number", contact_other: "Share somebody else's contact",
    commands: "Commands", reply: "Reply", edit: "Edit", remove: "Delete", copy: "Copy", react: "React", edited: "edited", deleted: "deleted", cancel: "Cancel",
    general: "General", topics: "Topics", no_topics: "No tickets yet. When a merchant is handed over, a topic appears here.", pinned: "Pinned message", as: "I am",
    closed: "Topic closed", created: "created the topic", renamed: "renamed the topic", closed_by: "closed the topic", reopened: "reopened the topic",
    pinned_by: "pinned a message", back: "Back", try_it: "Try this", nothing: "No messages here yet.", ok: "OK", block: "Block the bot", unblock: "Unblock the bot",
    blocked: "You have blocked the bot", no_answer: "The bot did not answer", open_link: "Open the link?", contact: "Contact", file: "File", sticker: "Sticker", voice_message: "Voice message",
    video: "Video", joined: "joined the group", left: "left the group", service: "service message", failed: "That did not work", choose: "Choose a merchant to see the chat.", today: "Today", keyboard: "Keyboard",
    inline: "Replies that the bot offers", nothing_found: "Nothing found",
    edit_folder: "Edit the knowledge base", find_file: "Find a file…", edit_text: "Content of the file", save: "Save", close: "Close", checking: "Saving and checking…", not_saved: "Not saved yet",
    serving: "No errors; it serves within seconds: try it in the conversation.", not_serving: "There are errors; it does not serve, the version before goes on.",
  },
};

let locale = localStorage.getItem("locale") || (navigator.language.startsWith("en") ? "en" : "zh");
document.documentElement.lang = locale;

export const say = (key) => WORDS[locale][key] || key;
export const currentLocale = () => locale;
export function switchLocale() {
  locale = locale === "zh" ? "en" : "zh";
  localStorage.setItem("locale", locale);
  document.documentElement.lang = locale;
}
export const otherLocale = () => (locale === "zh" ? "English" : "中文");

const tag = () => (locale === "zh" ? "zh-CN" : "en-GB");
export const clockOf = (seconds, zone) =>
  new Intl.DateTimeFormat(tag(), { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: zone }).format(new Date(seconds * 1000));
export const dayOf = (seconds, zone) =>
  new Intl.DateTimeFormat(tag(), { month: "long", day: "numeric", weekday: "short", timeZone: zone }).format(new Date(seconds * 1000));
