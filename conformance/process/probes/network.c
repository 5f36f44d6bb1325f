/* Talks to programs outside of the run, where it may. */
#include "../programs/check.h"
#include <arpa/inet.h>
#include <netinet/in.h>

static struct sockaddr_in at(const char *host, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, host, &address.sin_addr);
  return address;
}

/* Sends a line to a port, and prints what comes until the end. */
static void connects(const char *host, int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = at(host, port);
  CALL(connect(fd, (void *)&address, sizeof address));
  send(fd, "ping\n", 5, MSG_NOSIGNAL);
  shutdown(fd, SHUT_WR);
  char buffer[4096];
  long total = 0;
  for (long n; (n = read(fd, buffer, sizeof buffer)) > 0; total += n)
    ;
  NUMBER(total);
}

/* The same without waiting. */
static void polls(int port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), error = -1;
  struct sockaddr_in address = at("127.0.0.1", port);
  CALL(connect(fd, (void *)&address, sizeof address));
  struct pollfd polled = {.fd = fd, .events = POLLOUT};
  CALL(poll(&polled, 1, 10000));
  socklen_t length = sizeof error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
  TEXT(error ? strerrorname_np(error) : "connected");
}

/* Waits for one connection, and gives back what it gets. */
static void serves(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = at("127.0.0.1", 0);
  socklen_t length = sizeof address;
  bind(fd, (void *)&address, sizeof address);
  if (listen(fd, 5)) perror("listen");
  getsockname(fd, (void *)&address, &length);
  printf("port %d\n", ntohs(address.sin_port));
  fflush(stdout);
  int peer = accept(fd, NULL, NULL);
  char buffer[4096];
  for (long n; (n = read(peer, buffer, sizeof buffer)) > 0;) write(peer, buffer, n);
}

static void datagram(int port) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in address = at("127.0.0.1", port), from;
  socklen_t length = sizeof from;
  sendto(fd, "ping", 4, 0, (void *)&address, sizeof address);
  char buffer[64] = "";
  CALL(recvfrom(fd, buffer, sizeof buffer - 1, 0, (void *)&from, &length));
  TEXT(buffer);
  TRUE(ntohs(from.sin_port) == port);
}

int main(int count, char **arguments) {
  int port = count > 2 ? atoi(arguments[2]) : 0;
  if (!strcmp(arguments[1], "connect")) connects(count > 3 ? arguments[3] : "127.0.0.1", port);
  else if (!strcmp(arguments[1], "poll")) polls(port);
  else if (!strcmp(arguments[1], "serve")) serves();
  else datagram(port);
  return 0;
}
