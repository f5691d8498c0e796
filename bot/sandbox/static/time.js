// Moments in the acting person's own time zone.

/** A Slack timestamp as a Date. */
export function moment(ts) {
  return new Date(Number(ts) * 1000);
}

/** `15:04` there. */
export function clock(date, tz) {
  return date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: tz });
}

/** `Monday, 2 November` there. */
export function day(date, tz) {
  return date.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: tz });
}

/** `2 November 2026 at 15:04` there. */
export function whole(date, tz) {
  return `${date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: tz })} at ${clock(date, tz)}`;
}

/** `Lisbon` for `Europe/Lisbon`. */
export function city(tz) {
  return tz.split("/").at(-1).replaceAll("_", " ");
}
