import { access, constants, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { BenchMovie } from "./movie.ts";
import { makeFolder } from "./movie.ts";

/** What to do when it is not there. */
export const NGINX_MISSING =
  "nginx is not installed: what is compared with it was left out (Debian: apt-get install nginx-light)";

/** Where nginx lies, or undefined. Debian puts it where only root's PATH looks. */
export async function findNginx(): Promise<string | undefined> {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  for (const path of folders.map((folder) => join(folder, "nginx"))) {
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/**
 * The command that serves the movie's files over HTTP, as fast as nginx can: one process, as ours is one
 * thread, nothing logged, files kept open, a frame and its header in full packets. Connections stay, whether
 * they ask for something or not. All that it writes goes into a folder of its own.
 */
export async function nginxCommand(movie: BenchMovie, port: number): Promise<string[]> {
  const program = await findNginx();
  if (program === undefined) throw new Error(NGINX_MISSING);
  const folder = await makeFolder("nginx");
  const file = join(folder, "nginx.conf");
  await writeFile(file, configuration(movie.folder, folder, port));
  return [program, "-e", "stderr", "-p", folder, "-c", file];
}

function configuration(movies: string, own: string, port: number): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
daemon off;
master_process off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${join(own, "nginx.pid")};
error_log stderr error;
events { worker_connections 16384; }
http {
  access_log off;
  default_type application/octet-stream;
  sendfile on;
  tcp_nopush on;
  open_file_cache max=1000 inactive=1h;
  open_file_cache_valid 1h;
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
  client_header_timeout 1h;
  ${temporary.map((name) => `${name}_temp_path ${join(own, name)};`).join("\n  ")}
  server {
    listen 127.0.0.1:${port} backlog=4096;
    root ${movies};
  }
}
`;
}
