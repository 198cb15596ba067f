/** Replaces `$(NAME)` by the variable's value (spec: node-agent.md section 17): an unknown name stays as it is written, `$$`
 *  stands for one `$`, and an unfinished `$(` is plain text. What was put in is not expanded again. */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  let out = '';
  let at = 0;
  for (let dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', at)) {
    out += text.slice(at, dollar);
    const next = text[dollar + 1];
    const close = next === '(' ? text.indexOf(')', dollar) : -1;
    if (next === '$') {
      out += '$';
      at = dollar + 2;
    } else if (close >= 0) {
      const name = text.slice(dollar + 2, close);
      out += lookup(name) ?? `$(${name})`;
      at = close + 1;
    } else {
      out += '$';
      at = dollar + 1;
    }
  }
  return out + text.slice(at);
}
