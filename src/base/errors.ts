/**
 * Every fault of the world that a user can meet, with one sentence on what it means. The code is the
 * same on every surface and never changes its meaning; `docs/errors.md` is held against this list.
 */
export const ERRORS = {
  REQUEST_EMPTY: "The request has no characters.",
  REQUEST_TOO_LONG: "The request is longer than the server accepts.",
  REQUEST_NOT_UTF8: "The request is not valid UTF-8.",
  REQUEST_MALFORMED: "The request does not have the form that its protocol gives it.",
  REQUEST_TIMEOUT: "The connection was made but no request came in time.",
  PRIORITY_INVALID: "The priority is not a whole number from 0 to 255 in ASCII digits.",
  COMMAND_UNKNOWN: "The command is none of start_movie, seek_movie and stop_movie.",
  OPTION_INVALID: "An option is unknown, given twice, or has a value it cannot have.",
  REPEAT_INVALID: "The repeat argument is neither 0 nor 1.",
  RATE_INVALID: "The frame rate is not a positive number of frames per second.",
  RANGE_INVALID: "The range of frames is empty, or the frame asked for lies outside of it.",
  BYTES_UNSATISFIABLE: "The frame has none of the bytes asked for.",
  PRECONDITION_FAILED: "The frame is another one than the request names.",
  PAGES_NOT_BUILT: "The server has no web pages.",
  ROUTE_NOT_FOUND: "Nothing is served under this path.",
  UPGRADE_REQUIRED: "What is served under this path speaks WebSocket.",
  METHOD_NOT_ALLOWED: "What is served under this path does not take this method.",
  NOT_ACCEPTABLE: "What was asked for is to be had in none of the forms that the client accepts.",
  PIXEL_OUTSIDE: "The picture has no pixel at this place.",
  REVISION_GONE: "The frame has another revision than the one asked for.",
  PATTERN_INVALID: "The pattern of file names has no place for the frame number, or more than one.",
  RENDITION_INVALID: "The format, width, quality, levels or exposure asked for cannot be had.",
  FRAME_NUMBER_INVALID: "The frame number is not a whole number.",
  MOVIE_NAME_INVALID:
    "The movie's name is empty, wrongly percent-encoded, or cannot be a folder of the library.",
  MOVIE_NOT_FOUND: "No movie of the library has this name.",
  MOVIE_NOT_PLAYING: "The movie named is not the one that is playing.",
  MOVIE_UNREADABLE: "Not one frame of the movie could be read.",
  MOVIE_GONE: "The movie has left the library.",
  MOVIE_EXISTS: "A movie of this name is there already.",
  FILE_EXISTS: "A file of this name is there already.",
  FRAME_NOT_FOUND: "The movie has no frame of this number.",
  FRAME_MISSING: "The frame lies inside the movie but has no file.",
  FRAME_UNREADABLE: "The frame's file could not be opened or read.",
  FRAME_NOT_A_FILE: "The frame's name belongs to a folder, a pipe or a device.",
  FRAME_OUTSIDE_LIBRARY: "The frame's name is a link that leaves the library.",
  FRAME_DOUBLE: "Another file has the same frame number and comes first.",
  PAGES_UNSEEN: "The file has more pages than the one that is shown.",
  FRAME_EMPTY: "The frame's file has no bytes.",
  FRAME_TRUNCATED: "The frame's file ends before its picture does.",
  FRAME_CORRUPT: "The frame's file is not what its kind of picture must look like.",
  FRAME_TOO_LARGE: "The frame is larger than the server accepts.",
  FRAME_CHANGING: "The frame's file is being written.",
  FRAME_UNSUPPORTED: "The frame is of a kind that the server does not read.",
  FRAME_KILLED_WORKERS: "Two workers died of producing the frame, or no worker could start.",
  BUSY: "What is admitted already leaves no room for a playback at this rate.",
  OPERATOR_ONLY: "Changing or ending another's playback takes loopback or the operator's token.",
  PLAYBACK_ENDED: "An operator ended the playback.",
  PLAYBACK_LIMIT: "The connection has as many playbacks, or watches, as it may.",
  ORIGIN_REFUSED: "A web page of this origin may not connect.",
  SUBPROTOCOL_UNKNOWN: "The handshake offers no subprotocol that the server speaks.",
  COMMAND_REPLACED: "A later command for the same playback came before this one was carried out.",
  PROTOCOL_BROKEN: "The other side sent what the protocol does not allow.",
  SERVER_UNREACHABLE: "No server could be reached in time.",
  CLIENT_CLOSED: "The program closed its client, or the playback, before this was done.",
  PLAYBACK_NOT_FOUND: "No playback of this id runs.",
  SCENARIO_INVALID: "A scenario to simulate is unreadable, or has a field it cannot have.",
  CONNECTION_LIMIT: "The server has as many connections as it may.",
  CONNECTION_IDLE: "The connection neither asked for anything nor received anything for too long.",
  CONNECTION_STALLED: "The client took no bytes for too long, or for the longest when room was needed.",
  SERVER_CLOSING: "The server is shutting down.",
  SERVER_FAILED: "The server broke one of its own rules: its log says more.",
  SETTING_INVALID: "A setting has a value it cannot have.",
  LIBRARY_UNREADABLE: "The library's folder, or one below it, could not be read.",
  LIBRARY_SCANNING: "The library is still being looked through: what is asked for may yet be found.",
  LIBRARY_UNWATCHED: "The system cannot tell of changes in a folder; it is looked at from time to time.",
  CACHE_UNUSABLE: "The folder for converted frames could not be read or written.",
  LIBRARY_UNWRITABLE: "A file or folder could not be made or written.",
  VIDEO_UNREADABLE: "The video is not there, or has no picture that can be read.",
  ADDRESS_IN_USE: "Another program listens on the address and port.",
  ADDRESS_UNAVAILABLE: "The server cannot listen on the address and port.",
  PROGRAM_MISSING: "A program that the command needs is not installed.",
  IMPORT_FAILED: "The video could not be turned into a movie.",
} as const satisfies Record<string, string>;

/** A stable code of the catalogue. */
export type ErrorCode = keyof typeof ERRORS;

/** A fault of the world: what was found, what was expected, and where. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
  }
}

/** A coded error; `detail` says what was found, what was expected and where, in one line. */
export function fault(code: ErrorCode, detail: string, cause?: unknown): Fault {
  return new Fault(code, detail, cause === undefined ? undefined : { cause });
}
