import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkBytes } from "./wholeMovie.ts";

// Checks a server of loopback that only a process in its network namespace can reach, and prints one line
// when every byte is the movie's: node bench/checkMovie.ts PORT FOLDER MOVIE FRAMES

const [port, folder = "", name = "", length] = process.argv.slice(2);
const frames = await Promise.all(
  Array.from({ length: Number(length) }, (_, index) => readFile(join(folder, `${name}${index + 1}.ppm`))),
);
await checkBytes({ name: "ours", speaks: "classic", port: Number(port) }, { folder, name, frames });
process.stdout.write("whole\n");
