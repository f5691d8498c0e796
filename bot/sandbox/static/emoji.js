// The emoji this page can draw, by Slack's names; others are shown as :name:.

export const EMOJI = {
  seedling: "🌱", star2: "🌟", star: "⭐", "+1": "👍", thumbsup: "👍", "-1": "👎", heart: "❤️", tada: "🎉", eyes: "👀",
  joy: "😂", raised_hands: "🙌", clap: "👏", pray: "🙏", wave: "👋", rocket: "🚀", fire: "🔥", bulb: "💡", thinking_face: "🤔",
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", rotating_light: "🚨", skull: "💀", 100: "💯",
  slightly_smiling_face: "🙂", smile: "😄", grin: "😁", sweat_smile: "😅", wink: "😉", cry: "😢", sob: "😭", sunglasses: "😎",
  hourglass_flowing_sand: "⏳", hourglass: "⌛", clock3: "🕒", calendar: "📅", memo: "📝", mag: "🔍", link: "🔗", lock: "🔒",
  bar_chart: "📊", chart_with_upwards_trend: "📈", page_facing_up: "📄", package: "📦", inbox_tray: "📥", bug: "🐛",
  coffee: "☕", palm_tree: "🌴", evergreen_tree: "🌲", deciduous_tree: "🌳", herb: "🌿", sunflower: "🌻", four_leaf_clover: "🍀",
  compass: "🧭", anchor: "⚓", handshake: "🤝", muscle: "💪", point_right: "👉", point_up: "☝️", arrow_right: "➡️",
  speech_balloon: "💬", bell: "🔔", no_bell: "🔕", sparkles: "✨", zap: "⚡", question: "❓", exclamation: "❗",
  large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", white_circle: "⚪", black_circle: "⚫",
};

/** What the picker offers, the two that matter here first. */
export const OFFERED = [
  "seedling", "star2", "+1", "heart", "tada", "eyes", "joy", "raised_hands", "clap", "pray", "rocket", "bulb",
  "thinking_face", "white_check_mark", "100", "fire", "wave", "skull",
];

/** The character of `:name:`, or the name in colons. */
export function emoji(name) {
  return Object.hasOwn(EMOJI, name) ? EMOJI[name] : `:${name}:`;
}
