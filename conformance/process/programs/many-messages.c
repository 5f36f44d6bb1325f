/* sendmmsg(2), recvmmsg(2): sockets of one host, streams and datagrams. */
#include "check.h"

#define MOST 4
static char buffers[MOST][8];
static struct iovec parts[MOST];
static struct mmsghdr messages[MOST];

static void prepare(size_t length) {
  memset(buffers, 0, sizeof buffers);
  for (int i = 0; i < MOST; i++) {
    parts[i] = (struct iovec){buffers[i], length};
    messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &parts[i], .msg_iovlen = 1}, .msg_len = 99};
  }
}

static void show(void) {
  for (int i = 0; i < MOST; i++) printf("  %u \"%.8s\" %x\n", messages[i].msg_len, buffers[i], messages[i].msg_hdr.msg_flags);
}

static void exchange(int type) {
  int ends[2];
  struct timespec limit = {5, 0};
  socketpair(AF_UNIX, type, 0, ends);
  prepare(3);
  for (int i = 0; i < MOST; i++) memset(buffers[i], 'a' + i, i + 1);
  CALL(sendmmsg(ends[0], messages, 3, 0));
  show();
  prepare(2);
  CALL(recvmmsg(ends[1], messages, 2, 0, NULL));
  show();
  prepare(8);
  CALL(recvmmsg(ends[1], messages, MOST, MSG_WAITFORONE, NULL));
  show();
  CALL(recvmmsg(ends[1], messages, MOST, MSG_DONTWAIT, NULL));
  CALL(recvmmsg(ends[1], messages, 0, 0, NULL));
  prepare(1);
  CALL(sendmmsg(ends[0], messages, 1, 0));
  CALL(recvmmsg(ends[1], messages, 1, 0, &limit));
  TRUE(limit.tv_sec == 4 && limit.tv_nsec > 0);
}

static void refusals(void) {
  int ends[2];
  struct timespec none = {0, 0}, wrong = {0, 2000000000};
  socketpair(AF_UNIX, SOCK_DGRAM, 0, ends);
  prepare(4);
  int no_socket = open("/dev/null", O_RDWR);
  CALL(sendmmsg(no_socket, messages, 1, 0));
  CALL(sendmmsg(99, messages, 1, 0));
  CALL(recvmmsg(ends[1], messages, 1, 0, &wrong));
  CALL(sendmmsg(ends[0], messages, 2, 0));
  CALL(recvmmsg(ends[1], messages, 2, 0, &none));
  parts[1].iov_base = (void *)8;
  CALL(sendmmsg(ends[0], messages, 2, 0));
  CALL(sendmmsg(ends[0], messages + 1, 1, 0));
  CALL(sendmmsg(ends[0], (void *)8, 1, 0));
}

int main(void) {
  exchange(SOCK_DGRAM);
  exchange(SOCK_SEQPACKET);
  exchange(SOCK_STREAM);
  refusals();
  return 0;
}
