import { type Logger, pino, stdTimeFunctions } from "pino";
import type { Clock } from "../base/clock.ts";
import type { Channel, Unsubscribe } from "../base/diagnostics.ts";
import { events } from "../base/events.ts";
import type { LogLevel } from "../base/logLevel.ts";
import { tellReceipt } from "../base/receipt.ts";
import { Ms } from "../base/units.ts";
import { humanLine } from "./humanLines.ts";
import { type LineWriter, standardError } from "./standardError.ts";
import { ChangeSum } from "./changeSum.ts";
import { Tally } from "./tally.ts";

/** What the log depends on. */
export type LogOptions = {
  readonly level: LogLevel;
  readonly clock: Clock;
  /** Takes the lines, JSON each; standard error by default. */
  readonly destination?: LineWriter;
};

/** A log that is being written. */
export interface Logs {
  /** Writes what was counted and listens no more. May be called twice. */
  stop(): void;
}

/** What happens often is counted for this long before it makes another line. */
const INTERVAL = Ms(10_000);

/** Lines of one kind per interval: of failures one says it all, playbacks are each one's receipt. */
const FAILURES = 1;
const RECEIPTS = 100;

/** One line. `kind` groups what is counted together: it comes from a finite set, never from a client. */
type Line = {
  readonly level: LogLevel;
  readonly kind: string;
  readonly message: string;
  /** Asked for where the line is written: most of what comes by the thousand is only counted. */
  readonly fields: () => object;
};

/**
 * Writes what the stages publish to standard error: JSON, or lines for people when that is a terminal.
 * Never one line per frame, and of each kind of failure one line per 10 s with how many more there were.
 */
export function startLogs({ level, clock, destination = standardErrorLines() }: LogOptions): Logs {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  const failures = new Tally({ clock, interval: INTERVAL, allowance: FAILURES });
  const receipts = new Tally({ clock, interval: INTERVAL, allowance: RECEIPTS });
  const changes = new ChangeSum(clock, INTERVAL, (sum) => logger.info(sum, "movies changed"));
  let subscriptions = [
    ...subscribeAll(logger, failures, receipts),
    ...subscribeLibrary(logger, failures, receipts),
    events.movieChanged.subscribe((event) => changes.add(event)),
  ];
  return {
    stop: () => {
      for (const unsubscribe of subscriptions) unsubscribe();
      subscriptions = [];
      for (const tally of [failures, receipts, changes]) tally.flush();
      destination.close();
    },
  };
}

/** What becomes of the library; of single frames only how many. */
function subscribeLibrary(logger: Logger, failures: Tally, receipts: Tally): Unsubscribe[] {
  const listen = listener(logger);
  return [
    listen(events.entryLeftOut, failures, (event) => failure("warn", "left out of the library", event)),
    listen(events.folderUnwatched, failures, (event) => failure("warn", "folders polled", event)),
    listen(events.libraryScanned, failures, (event) => line("info", "library looked through", event)),
    listen(events.movieAdded, receipts, (event) => line("info", "movie added", event)),
    listen(events.movieGone, receipts, (event) => line("info", "movie gone", event)),
  ];
}

function subscribeAll(logger: Logger, failures: Tally, receipts: Tally): Unsubscribe[] {
  const listen = listener(logger);
  return [
    listen(events.frameFailed, failures, (event) => failure("warn", "frame failed", event)),
    listen(events.requestRefused, failures, (event) => failure("info", "request refused", event)),
    listen(events.connectionRefused, failures, (event) => failure("warn", "connection refused", event)),
    listen(events.diskCacheFailed, failures, (event) => failure("warn", "converted frames not kept", event)),
    listen(events.connectionsReset, receipts, (event) => line("warn", "connections reset", event)),
    listen(events.serverFailed, failures, (event) => failure("error", "request failed", event)),
    listen(events.workerDied, failures, (event) => line("error", "worker died", event)),
    listen(events.connectionOpened, receipts, (event) => line("debug", "connection opened", event)),
    listen(events.connectionUpgraded, receipts, (event) => line("debug", "connection upgraded", event)),
    listen(events.connectionClosed, receipts, ({ reason, ...event }) =>
      reason === undefined
        ? line("debug", "connection closed", event)
        : failure("info", "connection closed", { ...event, code: reason }),
    ),
    listen(events.playbackStarted, receipts, (event) => line("debug", "playback started", event)),
    listen(events.playbackReprioritized, receipts, (event) => line("info", "playback reprioritized", event)),
    listen(events.playbackEnded, receipts, ({ connection, playback, receipt, code }) => {
      const message = `playback ${receipt.end}`;
      const fields = (): object => ({ connection, playback, ...tellReceipt(receipt), ...(code && { code }) });
      return { level: "info", kind: message, message, fields };
    }),
  ];
}

type Listen = <T>(channel: Channel<T>, tally: Tally, lineOf: (event: T) => Line) => Unsubscribe;

function listener(logger: Logger): Listen {
  return (channel, tally, lineOf) => channel.subscribe((event) => write(logger, tally, lineOf(event)));
}

function line(level: LogLevel, message: string, fields: object): Line {
  return { level, kind: message, message, fields: () => fields };
}

function failure(level: LogLevel, message: string, fields: { readonly code: string }): Line {
  return { level, kind: `${message} ${fields.code}`, message, fields: () => fields };
}

function write(logger: Logger, tally: Tally, { level, kind, message, fields }: Line): void {
  if (!logger.isLevelEnabled(level)) return;
  tally.note(
    kind,
    () => logger[level](fields(), message),
    (more) => logger[level]({ more, seconds: INTERVAL / 1000 }, `${kind}: more of the same`),
  );
}

function standardErrorLines(): LineWriter {
  const lines = standardError();
  if (!process.stderr.isTTY) return lines;
  return { write: (json) => lines.write(humanLine(json)), close: () => lines.close() };
}
