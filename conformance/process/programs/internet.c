/* tcp(7), udp(7), ip(7), ipv6(7): on the loopback addresses only. */
#include "check.h"
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

static struct sockaddr_in local(int port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
}

static int portOf(int fd) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  getsockname(fd, (void *)&address, &length);
  return ntohs(address.sin_port);
}

static int option(int fd, int level, int name) {
  int value = -7;
  socklen_t length = sizeof value;
  if (getsockopt(fd, level, name, &value, &length)) return -errno;
  return value;
}

static int events(int fd) {
  struct pollfd polled = {.fd = fd, .events = POLLIN | POLLOUT | POLLRDHUP};
  poll(&polled, 1, 100);
  return polled.revents;
}

static void streams(void) {
  char buffer[64];
  int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  struct sockaddr_in address = local(0), peer;
  socklen_t length = sizeof address;
  NUMBER(events(client));
  CALL(read(client, buffer, 1));
  CALL(send(client, buffer, 1, MSG_NOSIGNAL));
  CALL(getpeername(client, (void *)&peer, &length));
  CALL(shutdown(client, SHUT_RDWR));
  CALL(bind(server, (void *)&address, 4));
  CALL(bind(server, (void *)&address, sizeof address));
  CALL(bind(server, (void *)&address, sizeof address));
  int port = portOf(server);
  TRUE(port > 1024);
  address = local(port);
  CALL(connect(client, (void *)&address, sizeof address));
  CALL(accept(server, NULL, NULL));
  CALL(listen(server, 5));
  NUMBER(option(server, SOL_SOCKET, SO_ACCEPTCONN));
  int other = socket(AF_INET, SOCK_STREAM, 0);
  CALL(bind(other, (void *)&address, sizeof address));
  CALL(connect(client, (void *)&address, sizeof address));
  CALL(connect(client, (void *)&address, sizeof address));
  NUMBER(events(server));
  length = sizeof peer;
  int accepted = accept(server, (void *)&peer, &length);
  TRUE(accepted >= 0);
  NUMBER(length);
  TRUE(ntohs(peer.sin_port) == portOf(client));
  TEXT(inet_ntoa(peer.sin_addr));
  length = sizeof peer;
  CALL(getpeername(client, (void *)&peer, &length));
  TRUE(ntohs(peer.sin_port) == port);
  TRUE(portOf(accepted) == port);
  NUMBER(events(client));
  CALL(write(client, "hello", 5));
  NUMBER(events(accepted));
  int waiting = 0;
  CALL(ioctl(accepted, FIONREAD, &waiting));
  NUMBER(waiting);
  CALL(recv(accepted, buffer, 2, MSG_PEEK));
  CALL(recv(accepted, buffer, 64, 0));
  CALL(recv(accepted, buffer, 64, MSG_DONTWAIT));
  CALL(shutdown(client, SHUT_WR));
  NUMBER(events(accepted));
  CALL(read(accepted, buffer, 64));
  CALL(send(client, "x", 1, MSG_NOSIGNAL));
  CALL(write(accepted, "back", 4));
  CALL(read(client, buffer, 64));
  CALL(close(accepted));
  usleep(10000);
  NUMBER(events(client));
  CALL(read(client, buffer, 64));
  CALL(close(client));
  close(other);
  close(server);
}

static void endings(void) {
  char buffer[64];
  int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = local(0);
  bind(server, (void *)&address, sizeof address);
  listen(server, 5);
  address = local(portOf(server));
  connect(client, (void *)&address, sizeof address);
  int accepted = accept(server, NULL, NULL);
  CALL(close(accepted));
  usleep(10000);
  CALL(send(client, "x", 1, MSG_NOSIGNAL));
  usleep(10000);
  CALL(send(client, "x", 1, MSG_NOSIGNAL));
  CALL(read(client, buffer, 1));
  close(client);
  client = socket(AF_INET, SOCK_STREAM, 0);
  connect(client, (void *)&address, sizeof address);
  accepted = accept(server, NULL, NULL);
  write(client, "unread", 6);
  usleep(10000);
  CALL(close(accepted));
  usleep(10000);
  NUMBER(events(client));
  CALL(read(client, buffer, 1));
  CALL(read(client, buffer, 1));
  close(client);
  client = socket(AF_INET, SOCK_STREAM, 0);
  connect(client, (void *)&address, sizeof address);
  accepted = accept(server, NULL, NULL);
  struct linger linger = {1, 0};
  CALL(setsockopt(accepted, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
  close(accepted);
  usleep(10000);
  NUMBER(option(client, SOL_SOCKET, SO_ERROR));
  NUMBER(option(client, SOL_SOCKET, SO_ERROR));
  close(client);
  close(server);
  /* Nobody listens there any more. */
  client = socket(AF_INET, SOCK_STREAM, 0);
  CALL(connect(client, (void *)&address, sizeof address));
  CALL(connect(client, (void *)&address, sizeof address));
  fcntl(client, F_SETFL, O_NONBLOCK);
  CALL(connect(client, (void *)&address, sizeof address));
  usleep(10000);
  NUMBER(events(client));
  NUMBER(option(client, SOL_SOCKET, SO_ERROR));
  NUMBER(option(client, SOL_SOCKET, SO_ERROR));
  close(client);
}

static void without_waiting(void) {
  int server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = local(0);
  bind(server, (void *)&address, sizeof address);
  listen(server, 5);
  CALL(accept(server, NULL, NULL));
  address = local(portOf(server));
  int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  CALL(connect(client, (void *)&address, sizeof address));
  usleep(10000);
  NUMBER(events(client));
  NUMBER(option(client, SOL_SOCKET, SO_ERROR));
  CALL(connect(client, (void *)&address, sizeof address));
  CALL(connect(client, (void *)&address, sizeof address));
  int accepted = accept4(server, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  TRUE(fcntl(accepted, F_GETFL) & O_NONBLOCK);
  NUMBER(fcntl(accepted, F_GETFD));
  char buffer[4096];
  memset(buffer, 'x', sizeof buffer);
  long sent = 0;
  for (long n; (n = write(client, buffer, sizeof buffer)) > 0; sent += n)
    ;
  NUMBER(errno == EAGAIN);
  TRUE(sent > 100000);
  NUMBER(events(client) & POLLOUT);
  long got = 0;
  for (long n; (n = read(accepted, buffer, sizeof buffer)) > 0; got += n) usleep(0);
  for (int tries = 0; tries < 50 && got < sent; tries++) {
    usleep(10000);
    for (long n; (n = read(accepted, buffer, sizeof buffer)) > 0;) got += n;
  }
  TRUE(got == sent);
  NUMBER(events(client) & POLLOUT);
  int poller = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u64 = 5};
  CALL(epoll_ctl(poller, EPOLL_CTL_ADD, accepted, &event));
  CALL(epoll_wait(poller, &event, 1, 0));
  write(client, "a", 1);
  usleep(10000);
  CALL(epoll_wait(poller, &event, 1, 1000));
  CALL(epoll_wait(poller, &event, 1, 0));
  close(client);
  close(accepted);
  close(server);
}

static void datagrams(void) {
  char buffer[64];
  int first = socket(AF_INET, SOCK_DGRAM, 0), second = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in address = local(0), from;
  socklen_t length = sizeof from;
  NUMBER(events(first));
  CALL(send(first, "x", 1, 0));
  CALL(listen(first, 1));
  CALL(bind(first, (void *)&address, sizeof address));
  address = local(portOf(first));
  CALL(sendto(second, "hello", 5, 0, (void *)&address, sizeof address));
  CALL(sendto(second, "", 0, 0, (void *)&address, sizeof address));
  CALL(sendto(second, "third", 5, 0, (void *)&address, sizeof address));
  usleep(10000);
  NUMBER(events(first));
  CALL(recvfrom(first, buffer, 3, MSG_TRUNC, (void *)&from, &length));
  TRUE(from.sin_port != 0 && ntohs(from.sin_port) == portOf(second));
  TEXT(inet_ntoa(from.sin_addr));
  CALL(recv(first, buffer, 64, 0));
  CALL(recv(first, buffer, 64, 0));
  CALL(recv(first, buffer, 64, MSG_DONTWAIT));
  CALL(connect(second, (void *)&address, sizeof address));
  CALL(send(second, "x", 1, 0));
  CALL(close(first));
  CALL(send(second, "x", 1, 0));
  usleep(10000);
  CALL(send(second, "x", 1, 0));
  usleep(10000);
  CALL(send(second, buffer, 64, 0));
  struct sockaddr nobody = {.sa_family = AF_UNSPEC};
  CALL(connect(second, &nobody, sizeof nobody));
  static char large[70000];
  CALL(sendto(second, large, sizeof large, 0, (void *)&address, sizeof address));
  close(second);
}

static void six(void) {
  char buffer[64], text[64];
  int server = socket(AF_INET6, SOCK_STREAM, 0);
  struct sockaddr_in6 any = {.sin6_family = AF_INET6}, from;
  socklen_t length = sizeof from;
  NUMBER(option(server, IPPROTO_IPV6, IPV6_V6ONLY));
  CALL(bind(server, (void *)&any, sizeof any));
  CALL(listen(server, 3));
  int port = portOf(server);
  struct sockaddr_in address = local(port);
  int client = socket(AF_INET, SOCK_STREAM, 0);
  CALL(connect(client, (void *)&address, sizeof address));
  int accepted = accept(server, (void *)&from, &length);
  NUMBER(length);
  TEXT(inet_ntop(AF_INET6, &from.sin6_addr, text, sizeof text));
  close(client);
  close(accepted);
  client = socket(AF_INET6, SOCK_STREAM, 0);
  struct sockaddr_in6 mapped = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  inet_pton(AF_INET6, "::ffff:127.0.0.1", &mapped.sin6_addr);
  CALL(connect(client, (void *)&mapped, sizeof mapped));
  length = sizeof from;
  CALL(getsockname(client, (void *)&from, &length));
  TEXT(inet_ntop(AF_INET6, &from.sin6_addr, text, sizeof text));
  close(client);
  close(server);
}

/* What goes with a datagram (ipv6(7)). */
static void hops(void) {
  int receiver = socket(AF_INET6, SOCK_DGRAM, 0), sender = socket(AF_INET6, SOCK_DGRAM, 0), on = 1, seven = 7;
  struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  CALL(bind(receiver, (void *)&address, sizeof address));
  address.sin6_port = htons(portOf(receiver));
  CALL(setsockopt(receiver, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof on));
  CALL(setsockopt(receiver, IPPROTO_IPV6, IPV6_RECVTCLASS, &on, sizeof on));
  CALL(setsockopt(sender, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &seven, sizeof seven));
  for (int room = 64; room >= 0; room -= 12) {
    CALL(sendto(sender, "x", 1, 0, (void *)&address, sizeof address));
    char byte, control[64];
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = room};
    CALL(recvmsg(receiver, &message, 0));
    NUMBER(message.msg_controllen);
    NUMBER(message.msg_flags);
    for (struct cmsghdr *each = CMSG_FIRSTHDR(&message); each; each = CMSG_NXTHDR(&message, each)) {
      NUMBER(each->cmsg_len);
      NUMBER(each->cmsg_type);
      if (each->cmsg_len >= CMSG_LEN(4)) NUMBER(*(int *)CMSG_DATA(each));
    }
  }
  close(sender);
  close(receiver);
}

static void options(void) {
  int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0), on = 1, two = 2;
  NUMBER(option(tcp, SOL_SOCKET, SO_TYPE));
  NUMBER(option(tcp, SOL_SOCKET, SO_DOMAIN));
  NUMBER(option(tcp, SOL_SOCKET, SO_PROTOCOL));
  NUMBER(option(udp, SOL_SOCKET, SO_PROTOCOL));
  NUMBER(option(tcp, SOL_SOCKET, SO_REUSEADDR));
  CALL(setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &two, sizeof two));
  NUMBER(option(tcp, SOL_SOCKET, SO_REUSEADDR));
  CALL(setsockopt(tcp, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on));
  NUMBER(option(tcp, SOL_SOCKET, SO_KEEPALIVE));
  CALL(setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
  NUMBER(option(tcp, IPPROTO_TCP, TCP_NODELAY));
  CALL(setsockopt(udp, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
  CALL(setsockopt(tcp, IPPROTO_TCP, TCP_KEEPIDLE, &two, sizeof two));
  NUMBER(option(tcp, IPPROTO_TCP, TCP_KEEPIDLE));
  CALL(setsockopt(udp, SOL_SOCKET, SO_BROADCAST, &on, sizeof on));
  NUMBER(option(udp, SOL_SOCKET, SO_BROADCAST));
  CALL(setsockopt(tcp, SOL_SOCKET, 12345, &on, sizeof on));
  CALL(setsockopt(tcp, SOL_SOCKET, SO_TYPE, &on, sizeof on));
  CALL(setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &on, 2));
  CALL(setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, (void *)8, 4));
  int null = open("/dev/null", O_RDWR);
  CALL(setsockopt(null, SOL_SOCKET, SO_REUSEADDR, &on, 4));
  close(null);
  NUMBER(option(tcp, IPPROTO_IP, IP_TTL));
  CALL(setsockopt(tcp, IPPROTO_IP, IP_TTL, &two, sizeof two));
  NUMBER(option(tcp, IPPROTO_IP, IP_TTL));
  NUMBER(option(tcp, 1234, 5));
  int size = 10000;
  CALL(setsockopt(tcp, SOL_SOCKET, SO_RCVBUF, &size, sizeof size));
  NUMBER(option(tcp, SOL_SOCKET, SO_RCVBUF));
  struct timeval time = {0, 20000};
  CALL(setsockopt(udp, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time));
  char byte;
  CALL(recv(udp, &byte, 1, 0));
  CALL(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
  CALL(socket(AF_INET, SOCK_SEQPACKET, 0));
  CALL(socket(AF_INET, 99, 0));
  CALL(socket(123, SOCK_STREAM, 0));
  struct sockaddr_in foreign = {.sin_family = AF_INET, .sin_addr = {htonl(0xcb007101)}};
  CALL(bind(tcp, (void *)&foreign, sizeof foreign));
  foreign.sin_family = AF_INET6;
  CALL(bind(tcp, (void *)&foreign, sizeof foreign));
  char name[IF_NAMESIZE];
  CALL(if_nametoindex("lo"));
  TEXT(if_indextoname(1, name));
  TRUE(if_nametoindex("nowhere") == 0 && errno == ENODEV);
  int pair[2];
  CALL(socketpair(AF_INET, SOCK_STREAM, 0, pair));
}

int main(void) {
  streams();
  endings();
  without_waiting();
  datagrams();
  six();
  hops();
  options();
  return 0;
}
