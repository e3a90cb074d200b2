/** A way to watch a movie without this page. */
export type Way = { readonly title: string; readonly command: string };

/** Where the server is, as this browser reaches it. */
export type Where = {
  /** As `http://host:8080`. */
  readonly origin: string;
  readonly host: string;
  /** The classic protocol's port; undefined when it is not known. */
  readonly classic: number | undefined;
};

/** Commands and tags for one movie, ready to be pasted. */
export function waysTo(movie: string, rate: string, { origin, host, classic }: Where): Way[] {
  const url = `${origin}/movies/${encodeURIComponent(movie)}`;
  const name = classicName(movie);
  const request = quoted(`me:3:start_movie:${name.replaceAll("%", "%%")}\\n`);
  const sharp = [
    { title: "ffplay: late frames are left out", command: `ffplay ${quoted(`${url}.mjpeg`)}` },
    { title: "VLC", command: `vlc ${quoted(`${url}.mjpeg`)}` },
    { title: "curl: one exact frame", command: `curl -o frame.png ${quoted(`${url}/frames/last.png`)}` },
    { title: "ffmpeg: every frame into a video", command: `ffmpeg -i ${quoted(`${url}.y4m`)} movie.mp4` },
    { title: "In a terminal", command: `npx mutoscope play ${origin} ${quoted(movie)}` },
  ];
  const netcat = {
    title: "netcat: every frame, as it is",
    command: `printf ${request} | nc -N ${host} ${classic} | ffplay -f image2pipe -framerate ${rate} -`,
  };
  const page = {
    title: "On a page of yours",
    command:
      `<script type="module" src="${origin}/player.js"></script>\n` +
      `<mutoscope-player src="${attribute(url)}" autoplay muted loop></mutoscope-player>`,
  };
  return [...sharp, ...(classic === undefined ? [] : [netcat]), page];
}

/** As docs/protocols/classic.md writes names: what its fields are cut at is encoded. */
function classicName(movie: string): string {
  return Array.from(movie, (sign) => (isPlain(sign) ? sign : percentEncoded(sign))).join("");
}

function isPlain(sign: string): boolean {
  return sign >= " " && sign !== "\u007f" && !"%:,".includes(sign);
}

/** Of a sign of ASCII. */
function percentEncoded(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/** For a shell, where it needs to be. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function attribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
}
