/** The name of the time zone that this process lives in: that of TZ in its environment, or the machine's. */
export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
