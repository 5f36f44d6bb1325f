/* msgget(2), msgsnd(2), msgrcv(2), msgctl(2). */
#include "check.h"
#include <sys/ipc.h>
#include <sys/msg.h>

static struct { long type; char text[9000]; } message;
static struct msqid_ds status;
static key_t key;
static int id, child;

static long sends(long type, const char *text, int flags) {
  message.type = type;
  strcpy(message.text, text);
  return msgsnd(id, &message, strlen(text) + 1, flags);
}
static long receives(long type, int flags) {
  memset(&message, 0, sizeof message);
  long count = msgrcv(id, &message, 100, type, flags);
  int error = errno;
  if (count >= 0) printf("%ld \"%s\"\n", message.type, message.text);
  errno = error;
  return count;
}
static void interrupted(int signal) {}

static void queues(void) {
  CALL(msgget(key, 0600));
  TRUE((id = msgget(key, IPC_CREAT | IPC_EXCL | 0600)) >= 0);
  CALL(msgget(key, IPC_CREAT | IPC_EXCL | 0600));
  TRUE(msgget(key, 0) == id);
  CALL(msgctl(id, IPC_STAT, &status));
  NUMBER(status.msg_perm.mode);
  NUMBER(status.msg_qnum);
  NUMBER(status.msg_qbytes);
  NUMBER(status.msg_lspid);
  NUMBER(status.msg_stime);
  CALL(msgctl(id, IPC_STAT, (void *)8));
  CALL(msgctl(id, 99, &status));
  CALL(msgctl(-1, IPC_STAT, &status));
  struct msginfo info;
  TRUE(msgctl(0, IPC_INFO, (void *)&info) >= 0);
  NUMBER(info.msgmax);
  NUMBER(info.msgmnb);
  TRUE(msgctl(0, MSG_INFO, (void *)&info) >= 0 && info.msgpool >= 1);
  int found = 0, last = msgctl(0, MSG_INFO, (void *)&info);
  for (int place = 0; place <= last; place++) found |= msgctl(place, MSG_STAT, &status) == id;
  NUMBER(found);
}

static void messages(void) {
  CALL(sends(0, "bad", 0));
  CALL(sends(-1, "bad", 0));
  message.type = 1;
  CALL(msgsnd(id, &message, 8193, 0));
  CALL(msgsnd(id, &message, -1, 0));
  CALL(msgsnd(-1, &message, 1, 0));
  CALL(msgsnd(id, (void *)8, 1, 0));
  CALL(receives(0, IPC_NOWAIT));
  CALL(msgrcv(id, &message, -1, 0, IPC_NOWAIT));
  CALL(msgrcv(-1, &message, 1, 0, IPC_NOWAIT));
  CALL(sends(3, "three", 0));
  CALL(sends(1, "one", 0));
  CALL(sends(2, "two", 0));
  CALL(sends(1, "one again", 0));
  CALL(sends(5, "five", 0));
  CALL(msgctl(id, IPC_STAT, &status));
  NUMBER(status.msg_qnum);
  NUMBER(status.__msg_cbytes);
  TRUE(status.msg_lspid == getpid() && labs(status.msg_stime - time(NULL)) < 10);
  CALL(receives(1, 0));
  CALL(receives(4, IPC_NOWAIT));
  CALL(receives(-2, 0));
  CALL(receives(-2, 0));
  CALL(receives(-2, IPC_NOWAIT));
  CALL(receives(3, MSG_EXCEPT));
  CALL(msgrcv(id, &message, 3, 0, 0));
  CALL(msgrcv(id, &message, 3, 0, MSG_NOERROR));
  NUMBER(message.type);
  TRUE(memcmp(message.text, "thr", 3) == 0);
  CALL(receives(0, IPC_NOWAIT));
  message.type = 9;
  CALL(msgsnd(id, &message, 0, 0));
  CALL(msgrcv(id, &message, 0, 9, 0));
  CALL(msgctl(id, IPC_STAT, &status));
  TRUE(status.msg_lrpid == getpid() && labs(status.msg_rtime - time(NULL)) < 10);
}

static void waits(void) {
  fflush(stdout);
  if (fork() == 0) {
    usleep(30000);
    sends(8, "wrong", 0);
    usleep(30000);
    sends(7, "late", 0);
    _exit(0);
  }
  CALL(receives(7, 0));
  CALL(receives(0, 0));
  wait(&child);
  message.type = 1;
  CALL(msgsnd(id, &message, 8192, 0));
  CALL(msgsnd(id, &message, 8192, 0));
  CALL(msgsnd(id, &message, 1, IPC_NOWAIT));
  fflush(stdout);
  if (fork() == 0) {
    usleep(30000);
    msgrcv(id, &message, 9000, 0, 0);
    _exit(0);
  }
  CALL(msgsnd(id, &message, 1, 0));
  wait(&child);
  struct sigaction action = {.sa_handler = interrupted, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  struct itimerval soon = {.it_value = {0, 20000}};
  setitimer(ITIMER_REAL, &soon, NULL);
  CALL(receives(77, 0));
  setitimer(ITIMER_REAL, &soon, NULL);
  CALL(msgsnd(id, &message, 8192, 0));
  CALL(msgctl(id, IPC_STAT, &status));
  status.msg_qbytes = 10000;
  CALL(msgctl(id, IPC_SET, &status));
  CALL(msgsnd(id, &message, 8192, IPC_NOWAIT));
}

static void ends(void) {
  fflush(stdout);
  if (fork() == 0) {
    setgroups(0, NULL);
    setresgid(1000, 1000, 1000);
    setresuid(1000, 1000, 1000);
    CALL(msgget(key, 0400));
    CALL(sends(1, "x", 0));
    CALL(receives(0, IPC_NOWAIT));
    CALL(msgctl(id, IPC_STAT, &status));
    CALL(msgctl(id, IPC_RMID, NULL));
    exit(0);
  }
  wait(&child);
  CALL(msgctl(id, IPC_STAT, &status));
  status.msg_perm.uid = 1000;
  CALL(msgctl(id, IPC_SET, &status));
  fflush(stdout);
  if (fork() == 0) {
    setresuid(1000, 1000, 1000);
    CALL(msgctl(id, IPC_STAT, &status));
    status.msg_qbytes = 40000;
    CALL(msgctl(id, IPC_SET, &status));
    exit(0);
  }
  wait(&child);
  if (fork() == 0) _exit(msgrcv(id, &message, 1, 55, 0) < 0 ? errno : 0);
  usleep(30000);
  CALL(msgctl(id, IPC_RMID, NULL));
  wait(&child);
  TEXT(strerrorname_np(WEXITSTATUS(child)));
  CALL(msgctl(id, IPC_RMID, NULL));
  CALL(sends(1, "x", 0));
}

int main(void) {
  key = 0x60000000 | getpid();
  queues();
  messages();
  waits();
  ends();
  return 0;
}
