/* What a watcher says to its server. */
#ifndef SPEAKING_H
#define SPEAKING_H

/* A request of HTTP/1.1 for a path. */
void ask_http(int fd, const char *path);

/* The handshake of mutoscope.v1. */
void ask_websocket(int fd);

/* A text message, masked as clients have to. */
void say(int fd, const char *text);

/* The answer to a ping. */
void say_pong(int fd);

#endif
