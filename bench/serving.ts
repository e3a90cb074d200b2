/**
 * Who serves the movie: `ours`, the same of an earlier commit (`before`), the epoll loop that sends one frame
 * at a time (`epoll`) or gathers eight (`writev`), what the runtime can do alone (`bare`), and the seed's
 * design, whose workers read each message's file as in the assignment (`seed`) or point into memory
 * (`seedPointing`). They speak the classic protocol. `nginx` serves the files over HTTP.
 */
export type Candidate = "ours" | "before" | "epoll" | "writev" | "bare" | "seed" | "seedPointing" | "nginx";

/** A server that listens. */
export type Serving = {
  readonly name: Candidate;
  readonly speaks: "classic" | "http";
  readonly port: number;
  readonly pid: number;
  /** What it wrote to its error output. */
  complaint(): string;
  stop(): Promise<void>;
};
