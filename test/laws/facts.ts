/** What the naive chooser is told of a client: facts that can be seen from outside of the dispatcher. */
export type Facts = {
  readonly id: number;
  priority: number;
  /** Undefined for an untimed client. */
  period: number | undefined;
  /** Of what goes next. */
  due: number;
  /** Bytes left of a message that has started; 0 when none has. */
  startedLeft: number;
  /** Bytes of messages that have started, and have not been taken to their end. */
  underWay: number;
  /** Sizes of the messages that the ring has of it. */
  waiting: number[];
  setAside: boolean;
  closed: boolean;
};

/** Whether a client can go, its own limits and the server's bucket aside. */
export function canGo(client: Facts, now: number): boolean {
  if (client.setAside || client.closed) return false;
  if (client.startedLeft > 0) return true;
  return client.waiting.length > 0 && (client.period === undefined || client.due <= now);
}
