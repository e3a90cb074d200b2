import { channel } from "node:diagnostics_channel";
import type { Channel } from "../base/diagnostics.ts";
import { events } from "../base/events.ts";

/** Events that go on to the runtime's own channels. */
export interface Outside {
  /** Nothing goes on any more. May be called twice. */
  stop(): void;
}

/**
 * Publishes every event again on a channel of `node:diagnostics_channel`, `mutoscope:` and its name, for
 * tools that run in this process and know nothing of ours. While nobody has subscribed, that is one
 * comparison, and no event is made for it. What a subscriber throws is reported by the runtime as an uncaught
 * exception of its own.
 */
export function tellOutside(): Outside {
  const relays = Object.entries(events).map(([name, ours]) =>
    (ours as Channel<object>).relay(channel(`mutoscope:${name}`)),
  );
  return {
    stop: () => {
      for (const end of relays) end();
    },
  };
}
