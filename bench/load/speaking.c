#define _GNU_SOURCE
#include "speaking.h"

#include "client.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

void ask_http(int fd, const char *path) {
  char request[1024];
  int length =
      snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", path);
  if (length >= (int)sizeof request) fail("a path of %zu bytes", strlen(path));
  ask(fd, request);
}

void ask_websocket(int fd) {
  ask(fd, "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bWVhc3VyZWQgb24gbG9vcA==\r\n"
          "Sec-WebSocket-Protocol: mutoscope.v1\r\n\r\n");
}

#define FINAL 0x80
#define MASKED 0x80
#define TEXT 1
#define PONG 10
#define LONGEST 65535

/* Its mask is zero: what is masked with it is the same, and the server has the same work with it. */
static void send_frame(int fd, int opcode, const char *text, size_t length) {
  static char frame[LONGEST + 8];
  if (length > LONGEST) fail("a message of %zu bytes", length);
  size_t at = 0;
  frame[at++] = (char)(FINAL | opcode);
  if (length < 126) {
    frame[at++] = (char)(MASKED | length);
  } else {
    frame[at++] = (char)(MASKED | 126);
    frame[at++] = (char)(length >> 8);
    frame[at++] = (char)length;
  }
  memset(frame + at, 0, 4);
  memcpy(frame + at + 4, text, length);
  at += 4 + length;
  if (send(fd, frame, at, MSG_NOSIGNAL) != (ssize_t)at) die("send");
}

void say(int fd, const char *text) {
  send_frame(fd, TEXT, text, strlen(text));
}

void say_pong(int fd) {
  send_frame(fd, PONG, "", 0);
}
