/** Where a server is: `HOST:PORT`, an IPv6 address in brackets. */

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Reads `127.0.0.1:7777`, `[::1]:7777` or `name:7777`; null where a text is none of these. */
export const parseAddress = (text: string): Address | null => {
  const [, bracketed, plain, digits = ""] =
    /^(?:\[([0-9a-fA-F:.%\w]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host === undefined || port < 1 || port > 65535 ? null : { host, port };
};

export const showAddress = ({ host, port }: Address): string =>
  host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
