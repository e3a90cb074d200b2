/*
 * The plain fast server: one thread, epoll, non-blocking send.
 *
 *     epoll PORT FOLDER MOVIE [GATHER]
 *
 * A client that can take bytes gets the rest of its frame and then one frame a turn, so that all move on
 * together. With GATHER it gets so many frames a turn, the first one's rest among them, in one writev:
 * for small frames, whose bytes cost less than the system call. Level-triggered: a client whose buffer is
 * full is not reported until a third of it is free again, which saves the send that would only say
 * EAGAIN.
 */
#define _GNU_SOURCE
#include "peer.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define EVENTS 256
#define GATHER_LIMIT 64

struct connection {
  int fd;
  bool playing;
  bool repeat;
  size_t frame;  /* index of the frame under way */
  size_t offset; /* bytes of it that have left */
  struct line line;
  struct connection *next, *previous;
};

struct server {
  int epoll, listener, termination;
  int gather; /* frames for one system call */
  struct movie movie;
  struct connection connections; /* the head of the ring of all */
};

static void watch(struct server *server, int operation, int fd, uint32_t events, void *about) {
  struct epoll_event event = {.events = events, .data.ptr = about};
  if (epoll_ctl(server->epoll, operation, fd, &event) != 0) die("epoll_ctl");
}

static void accept_all(struct server *server) {
  for (;;) {
    int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) die("calloc");
    connection->fd = fd;
    connection->next = server->connections.next;
    connection->previous = &server->connections;
    connection->next->previous = connection->previous->next = connection;
    watch(server, EPOLL_CTL_ADD, fd, EPOLLIN, connection);
  }
}

static void drop(struct connection *connection) {
  connection->next->previous = connection->previous;
  connection->previous->next = connection->next;
  close(connection->fd);
  free(connection);
}

/* False when the connection is of no more use. */
static bool hear(struct server *server, struct connection *connection) {
  enum line_state state = line_read(&connection->line, connection->fd);
  if (state != LINE_COMPLETE) return state == LINE_PARTIAL;
  struct request request;
  if (!request_parse(&connection->line, &server->movie, &request)) return false;
  connection->repeat = request.repeat;
  connection->playing = true;
  watch(server, EPOLL_CTL_MOD, connection->fd, EPOLLOUT, connection);
  return true;
}

/* Moves on by the bytes that have left. False when the movie is over. */
static bool advance(const struct server *server, struct connection *connection, size_t sent) {
  connection->offset += sent;
  for (;;) {
    size_t length = server->movie.frames[connection->frame].length;
    if (connection->offset < length) return true;
    connection->offset -= length;
    if (++connection->frame < server->movie.count) continue;
    connection->frame = 0;
    if (!connection->repeat) return false;
  }
}

static ssize_t send_one(const struct server *server, const struct connection *connection) {
  const struct frame *frame = &server->movie.frames[connection->frame];
  return send(connection->fd, frame->bytes + connection->offset, frame->length - connection->offset, 0);
}

/* The next frames; a movie that is played once ends the last part. */
static ssize_t send_gathered(const struct server *server, const struct connection *connection) {
  struct iovec parts[GATHER_LIMIT];
  int count = 0;
  size_t offset = connection->offset;
  for (size_t i = connection->frame; count < server->gather; offset = 0) {
    const struct frame *frame = &server->movie.frames[i];
    parts[count++] = (struct iovec){frame->bytes + offset, frame->length - offset};
    if (++i < server->movie.count) continue;
    if (!connection->repeat) break;
    i = 0;
  }
  return writev(connection->fd, parts, count);
}

static bool play(const struct server *server, struct connection *connection) {
  ssize_t sent = server->gather == 1 ? send_one(server, connection) : send_gathered(server, connection);
  if (sent < 0) return errno == EAGAIN || errno == EINTR;
  return advance(server, connection, (size_t)sent);
}

static void serve(struct server *server) {
  struct epoll_event events[EVENTS];
  for (;;) {
    int ready = epoll_wait(server->epoll, events, EVENTS, -1);
    for (int i = 0; i < ready; i++) {
      void *about = events[i].data.ptr;
      if (about == &server->termination) return;
      if (about == &server->listener) {
        accept_all(server);
        continue;
      }
      struct connection *connection = about;
      bool alive = connection->playing ? play(server, connection) : hear(server, connection);
      if (!alive) drop(connection);
    }
  }
}

int main(int count, char **arguments) {
  if (count != 4 && count != 5) usage("epoll PORT FOLDER MOVIE [GATHER]");
  struct server server = {.termination = termination_fd(), .gather = 1};
  if (count == 5) server.gather = atoi(arguments[4]);
  if (server.gather < 1 || server.gather > GATHER_LIMIT) usage("GATHER is 1 to 64");
  server.connections.next = server.connections.previous = &server.connections;
  movie_load(&server.movie, arguments[2], arguments[3]);
  server.epoll = epoll_create1(EPOLL_CLOEXEC);
  if (server.epoll < 0) die("epoll_create1");
  server.listener = listen_on(arguments[1]);
  watch(&server, EPOLL_CTL_ADD, server.listener, EPOLLIN, &server.listener);
  watch(&server, EPOLL_CTL_ADD, server.termination, EPOLLIN, &server.termination);
  serve(&server);
  while (server.connections.next != &server.connections) drop(server.connections.next);
  close(server.listener);
  close(server.epoll);
  close(server.termination);
  movie_free(&server.movie);
  return 0;
}
