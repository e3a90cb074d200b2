import type { Unsubscribe } from "../../base/diagnostics.ts";
import { events, TRANSPORTS } from "../../base/events.ts";
import { counter, type Family } from "./family.ts";
import { LabelCounts } from "./labelCounts.ts";

const EACH_TRANSPORT = TRANSPORTS.map((transport) => [transport] as const);

/** Who comes and goes: connections, the requests that they are refused, and what was played when it ended. */
export class Doors {
  readonly #opened = new LabelCounts(EACH_TRANSPORT);
  readonly #closed = new LabelCounts();
  // A rate does not see a counter that begins with 1.
  readonly #refused = new LabelCounts(EACH_TRANSPORT.map(([transport]) => [transport, "CONNECTION_LIMIT"]));
  readonly #requests = new LabelCounts();
  readonly #ended = new LabelCounts();
  #reset = 0;
  #reprioritized = 0;

  listen(): Unsubscribe[] {
    return [
      events.connectionOpened.subscribe(({ transport }) => this.#opened.add(1, transport)),
      events.connectionUpgraded.subscribe(() => this.#opened.add(1, "websocket")),
      events.connectionClosed.subscribe(({ transport, reason }) =>
        this.#closed.add(1, transport, reason ?? "none"),
      ),
      events.connectionRefused.subscribe(({ transport, code }) => this.#refused.add(1, transport, code)),
      events.connectionsReset.subscribe(({ connections }) => (this.#reset += connections)),
      events.requestRefused.subscribe(({ transport, code }) => this.#requests.add(1, transport, code)),
      events.playbackEnded.subscribe(({ receipt: { priority, contract, end } }) =>
        this.#ended.add(1, priority, contract, end),
      ),
      events.playbackReprioritized.subscribe(() => (this.#reprioritized += 1)),
    ];
  }

  get families(): Family[] {
    return [
      counter(
        {
          name: "mutoscope_connections_opened_total",
          help: "Connections that were accepted; one of WebSocket was one of HTTP before: it is both.",
          labels: ["transport"],
        },
        () => this.#opened.rows(),
      ),
      counter(
        {
          name: "mutoscope_connections_closed_total",
          help: "Connections that were closed, by the server's reason; none where the client left.",
          labels: ["transport", "code"],
        },
        () => this.#closed.rows(),
      ),
      counter(
        {
          name: "mutoscope_connections_refused_total",
          help: "Connections that were not accepted.",
          labels: ["transport", "code"],
        },
        () => this.#refused.rows(),
      ),
      counter(
        { name: "mutoscope_connections_reset_total", help: "Connections that a shutdown had to break off." },
        () => [[this.#reset]],
      ),
      ...this.#playbackFamilies(),
    ];
  }

  #playbackFamilies(): Family[] {
    return [
      counter(
        {
          name: "mutoscope_requests_refused_total",
          help: "Requests and commands that were answered with an error.",
          labels: ["transport", "code"],
        },
        () => this.#requests.rows(),
      ),
      counter(
        {
          name: "mutoscope_epochs_ended_total",
          help: "Epochs of playbacks that ended, by why: each has its receipt in the log.",
          labels: ["priority", "contract", "end"],
        },
        () => this.#ended.rows(),
      ),
      counter(
        {
          name: "mutoscope_playbacks_reprioritized_total",
          help: "Priorities of playbacks that were changed while they played.",
        },
        () => [[this.#reprioritized]],
      ),
    ];
  }
}
