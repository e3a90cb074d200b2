/*
 * The design that this project grew from, done right: a pool of workers makes messages, a bounded ring
 * holds them, a dispatcher orders them in batches and sends each with blocking sends.
 *
 *     seed PORT FOLDER MOVIE [read|point [WORKERS [SLOTS [BATCH]]]]
 *
 * Right means: no lost wake-up, no send under the lock, partial sends continued, no descriptor closed while
 * a message still needs it, and no waiting for a full batch when nothing else will come. What stays is the
 * design's own: one client that does not read holds the dispatcher, and with it everybody.
 *
 *     playbacks: queue ──▶ worker ──▶ ring of SLOTS ──▶ dispatcher ──▶ send
 *                  ▲         │
 *                  └─────────┘  one message of each playback in turn
 *
 * With `read`, as in the assignment, a worker reads the frame's file into the message that it makes. With
 * `point` the frames lie in memory and a message points at one: the ring, the batches and the sends alone.
 */
#define _GNU_SOURCE
#include "peer.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS 64
#define WORKER_LIMIT 64

/* A connection whose request has not come yet. Only the listening thread sees it. */
struct caller {
  int fd;
  struct line line;
};

struct playback {
  int fd;
  long priority;
  bool repeat;
  bool lost;            /* a send has failed: produce and send no more */
  unsigned references;  /* its place in the queue or at a worker, and each message of it */
  uint64_t next_number; /* the next message's; modulo the movie's length it is the frame's index */
  struct playback *next;                 /* in the queue */
  struct playback *newer, *older;        /* in the ring of all */
};

struct message {
  struct playback *playback;
  uint64_t number;
  struct frame frame;
};

struct server {
  const char *folder; /* where workers read frames; NULL when messages point into the movie */
  int epoll, listener, termination;
  size_t slots, batch;
  struct movie movie;

  pthread_mutex_t lock; /* holds for everything below */
  pthread_cond_t work;  /* the queue has a playback */
  pthread_cond_t room;  /* the ring has a free slot */
  pthread_cond_t ready; /* the dispatcher may go */
  bool stopping;
  struct playback *queue_first, *queue_last;
  size_t producing;      /* playbacks at workers */
  struct message *ring;  /* the first `waiting` are in use: the dispatcher always takes all */
  size_t waiting;
  struct playback playbacks;
};

static void enqueue(struct server *server, struct playback *playback) {
  playback->next = NULL;
  if (server->queue_first == NULL) server->queue_first = playback;
  else server->queue_last->next = playback;
  server->queue_last = playback;
}

static struct playback *dequeue(struct server *server) {
  struct playback *playback = server->queue_first;
  server->queue_first = playback->next;
  return playback;
}

/* Called with the lock held. The descriptor is closed only here, when no message needs it any more. */
static void release(struct playback *playback) {
  if (--playback->references > 0) return;
  playback->newer->older = playback->older;
  playback->older->newer = playback->newer;
  close(playback->fd);
  free(playback);
}

static bool dispatchable(const struct server *server) {
  if (server->waiting >= server->batch || server->waiting == server->slots) return true;
  bool more_will_come = server->queue_first != NULL || server->producing > 0;
  return server->waiting > 0 && !more_will_come;
}

/* Called with the lock held, which it gives up while it waits. False when the server stops. */
static bool offer(struct server *server, const struct message *message) {
  while (server->waiting == server->slots && !server->stopping)
    pthread_cond_wait(&server->room, &server->lock);
  if (server->stopping) return false;
  server->ring[server->waiting++] = *message;
  return true;
}

/* The frame of this index, in memory or read into a buffer of the message's own. */
static struct frame frame_at(const struct server *server, size_t index) {
  struct frame frame = server->movie.frames[index];
  if (server->folder == NULL) return frame;
  if (!frame_load(&frame, server->folder, server->movie.name, index + 1)) die("frame");
  return frame;
}

static void frame_done(const struct server *server, struct frame *frame) {
  if (server->folder != NULL) free(frame->bytes);
}

/* One message of the playback. True when it has more to play. */
static bool produce(struct server *server, struct playback *playback) {
  struct message message = {.playback = playback, .number = playback->next_number};
  pthread_mutex_unlock(&server->lock);
  message.frame = frame_at(server, message.number % server->movie.count);
  pthread_mutex_lock(&server->lock);
  if (playback->lost || !offer(server, &message)) {
    frame_done(server, &message.frame);
    return false;
  }
  playback->references++;
  playback->next_number++;
  return playback->repeat || playback->next_number < server->movie.count;
}

static void *work(void *argument) {
  struct server *server = argument;
  pthread_mutex_lock(&server->lock);
  for (;;) {
    while (server->queue_first == NULL && !server->stopping) pthread_cond_wait(&server->work, &server->lock);
    if (server->stopping) break;
    struct playback *playback = dequeue(server);
    server->producing++;
    bool more = produce(server, playback);
    server->producing--;
    if (more) {
      enqueue(server, playback);
      pthread_cond_signal(&server->work);
    } else {
      release(playback);
    }
    if (dispatchable(server)) pthread_cond_signal(&server->ready);
  }
  pthread_mutex_unlock(&server->lock);
  return NULL;
}

static int compare(const void *left, const void *right) {
  const struct message *a = left, *b = right;
  if (a->playback->priority != b->playback->priority)
    return a->playback->priority < b->playback->priority ? -1 : 1;
  return (a->number > b->number) - (a->number < b->number);
}

/* Blocks until the client has taken all of the frame. */
static bool send_whole(int fd, const struct frame *frame) {
  for (size_t offset = 0; offset < frame->length;) {
    ssize_t sent = send(fd, frame->bytes + offset, frame->length - offset, 0);
    if (sent < 0 && errno != EINTR) return false;
    if (sent > 0) offset += (size_t)sent;
  }
  return true;
}

static void *dispatch(void *argument) {
  struct server *server = argument;
  struct message *batch = calloc(server->slots, sizeof *batch);
  if (batch == NULL) die("calloc");
  pthread_mutex_lock(&server->lock);
  for (;;) {
    while (!dispatchable(server) && !server->stopping) pthread_cond_wait(&server->ready, &server->lock);
    if (server->stopping) break;
    size_t count = server->waiting;
    for (size_t i = 0; i < count; i++) batch[i] = server->ring[i];
    server->waiting = 0;
    pthread_cond_broadcast(&server->room);
    pthread_mutex_unlock(&server->lock);

    qsort(batch, count, sizeof *batch, compare);
    for (size_t i = 0; i < count; i++) {
      struct playback *playback = batch[i].playback;
      /* Only this thread writes `lost` while the server runs, so that it may read it without the lock. */
      bool sent = playback->lost || send_whole(playback->fd, &batch[i].frame);
      frame_done(server, &batch[i].frame);
      if (sent) continue;
      pthread_mutex_lock(&server->lock);
      playback->lost = true;
      pthread_mutex_unlock(&server->lock);
    }

    pthread_mutex_lock(&server->lock);
    for (size_t i = 0; i < count; i++) release(batch[i].playback);
  }
  pthread_mutex_unlock(&server->lock);
  free(batch);
  return NULL;
}

static void start(struct server *server, int fd, const struct request *request) {
  struct playback *playback = calloc(1, sizeof *playback);
  if (playback == NULL) die("calloc");
  *playback = (struct playback){
      .fd = fd, .priority = request->priority, .repeat = request->repeat, .references = 1};
  pthread_mutex_lock(&server->lock);
  playback->newer = &server->playbacks;
  playback->older = server->playbacks.older;
  playback->older->newer = playback->newer->older = playback;
  enqueue(server, playback);
  pthread_cond_signal(&server->work);
  pthread_mutex_unlock(&server->lock);
}

static void watch(struct server *server, int fd, void *about) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = about};
  if (epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
}

static void accept_all(struct server *server) {
  for (;;) {
    int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) return;
    struct caller *caller = calloc(1, sizeof *caller);
    if (caller == NULL) die("calloc");
    caller->fd = fd;
    watch(server, fd, caller);
  }
}

static void hear(struct server *server, struct caller *caller) {
  enum line_state state = line_read(&caller->line, caller->fd);
  if (state == LINE_PARTIAL) return;
  struct request request;
  epoll_ctl(server->epoll, EPOLL_CTL_DEL, caller->fd, NULL);
  if (state == LINE_COMPLETE && request_parse(&caller->line, &server->movie, &request))
    start(server, caller->fd, &request);
  else
    close(caller->fd);
  free(caller);
}

static void listen_for_requests(struct server *server) {
  struct epoll_event events[EVENTS];
  for (;;) {
    int ready = epoll_wait(server->epoll, events, EVENTS, -1);
    for (int i = 0; i < ready; i++) {
      void *about = events[i].data.ptr;
      if (about == &server->termination) return;
      if (about == &server->listener) accept_all(server);
      else hear(server, about);
    }
  }
}

/* Shutting the sockets down ends the send that the dispatcher may be blocked in. */
static void stop(struct server *server) {
  pthread_mutex_lock(&server->lock);
  server->stopping = true;
  struct playback *head = &server->playbacks;
  for (struct playback *each = head->older; each != head; each = each->older) shutdown(each->fd, SHUT_RDWR);
  pthread_cond_broadcast(&server->work);
  pthread_cond_broadcast(&server->room);
  pthread_cond_broadcast(&server->ready);
  pthread_mutex_unlock(&server->lock);
}

static size_t argument_or(int count, char **arguments, int index, size_t standard) {
  long value = index < count ? strtol(arguments[index], NULL, 10) : (long)standard;
  if (value < 1) usage("WORKERS, SLOTS and BATCH are at least 1");
  return (size_t)value;
}

int main(int count, char **arguments) {
  if (count < 4 || count > 8) usage("seed PORT FOLDER MOVIE [read|point [WORKERS [SLOTS [BATCH]]]]");
  struct server server = {.termination = termination_fd()};
  if (count < 5 || strcmp(arguments[4], "read") == 0) server.folder = arguments[2];
  size_t workers = argument_or(count, arguments, 5, 4);
  if (workers > WORKER_LIMIT) workers = WORKER_LIMIT;
  server.slots = argument_or(count, arguments, 6, 64);
  server.batch = argument_or(count, arguments, 7, 16);
  server.ring = calloc(server.slots, sizeof *server.ring);
  if (server.ring == NULL) die("calloc");
  server.playbacks.newer = server.playbacks.older = &server.playbacks;
  pthread_mutex_init(&server.lock, NULL);
  pthread_cond_init(&server.work, NULL);
  pthread_cond_init(&server.room, NULL);
  pthread_cond_init(&server.ready, NULL);
  movie_load(&server.movie, arguments[2], arguments[3]);
  server.epoll = epoll_create1(EPOLL_CLOEXEC);
  if (server.epoll < 0) die("epoll_create1");
  server.listener = listen_on(arguments[1]);
  watch(&server, server.listener, &server.listener);
  watch(&server, server.termination, &server.termination);

  pthread_t threads[WORKER_LIMIT + 1];
  for (size_t i = 0; i <= workers; i++)
    if (pthread_create(&threads[i], NULL, i == 0 ? dispatch : work, &server) != 0) die("pthread_create");
  listen_for_requests(&server);
  stop(&server);
  for (size_t i = 0; i <= workers; i++) pthread_join(threads[i], NULL);

  while (server.playbacks.older != &server.playbacks) {
    server.playbacks.older->references = 1;
    release(server.playbacks.older);
  }
  for (size_t i = 0; i < server.waiting; i++) frame_done(&server, &server.ring[i].frame);
  close(server.listener);
  close(server.epoll);
  close(server.termination);
  free(server.ring);
  movie_free(&server.movie);
  return 0;
}
