/* fifo(7), mknod(2), sockets as files (unix(7)), renameat2(2), O_TMPFILE, close_range(2). */
#include "check.h"
#include <linux/close_range.h>
#include <linux/fs.h>

static void fifos(void) {
  struct stat st;
  char buffer[16];
  umask(022);
  CALL(mkfifo("fifo", 0666));
  CALL(mkfifo("fifo", 0666));
  CALL(stat("fifo", &st));
  NUMBER(st.st_mode);
  NUMBER(st.st_nlink);
  CALL(open("fifo", O_WRONLY | O_NONBLOCK));
  int reader = open("fifo", O_RDONLY | O_NONBLOCK);
  TRUE(reader >= 0);
  CALL(read(reader, buffer, 1));
  struct pollfd polled = {.fd = reader, .events = POLLIN};
  CALL(poll(&polled, 1, 0));
  int writer = open("fifo", O_WRONLY | O_NONBLOCK);
  TRUE(writer >= 0);
  CALL(read(reader, buffer, 1));
  CALL(write(writer, "hello", 5));
  CALL(fstat(reader, &st));
  TRUE(S_ISFIFO(st.st_mode));
  CALL(lseek(reader, 0, SEEK_SET));
  CALL(read(reader, buffer, 3));
  CALL(close(writer));
  CALL(poll(&polled, 1, 0));
  NUMBER(polled.revents);
  CALL(read(reader, buffer, 9));
  CALL(poll(&polled, 1, 0));
  NUMBER(polled.revents);
  CALL(close(reader));
  fflush(stdout);
  if (fork() == 0) {
    int end = open("fifo", O_WRONLY);
    write(end, "from child", 10);
    _exit(0);
  }
  usleep(20000);
  reader = open("fifo", O_RDONLY);
  CALL(read(reader, buffer, 16));
  CALL(read(reader, buffer, 16));
  wait(NULL);
  close(reader);
  int both = open("fifo", O_RDWR);
  CALL(write(both, "x", 1));
  CALL(read(both, buffer, 2));
  close(both);
  CALL(chmod("fifo", 0600));
  CALL(stat("fifo", &st));
  NUMBER(st.st_mode);
  CALL(link("fifo", "second"));
  CALL(stat("fifo", &st));
  NUMBER(st.st_nlink);
  CALL(rename("second", "third"));
  CALL(access("second", F_OK));
  CALL(mkdir("folder", 0755));
  CALL(rename("third", "folder/fifo"));
  CALL(rmdir("folder"));
  DIR *directory = opendir("folder");
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (entry->d_name[0] != '.') printf("%s %d\n", entry->d_name, entry->d_type);
  }
  closedir(directory);
  CALL(unlink("folder/fifo"));
  CALL(rmdir("folder"));
  CALL(truncate("fifo", 0));
  CALL(unlink("fifo"));
  CALL(stat("fifo", &st));
  CALL(mknod("plain", S_IFREG | 0640, 0));
  CALL(mknod("fifo", S_IFIFO | 0640, 0));
  CALL(rename("plain", "fifo"));
  CALL(stat("fifo", &st));
  NUMBER(st.st_mode);
  CALL(mknod("fifo2", S_IFIFO | 0640, 0));
  CALL(mkdir("folder", 0755));
  CALL(rename("fifo2", "folder"));
  CALL(rename("folder", "fifo2"));
  CALL(unlink("fifo2"));
  CALL(mknod("bad", 0170000, 0));
}

static void sockets(void) {
  struct stat st;
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  strcpy(name.sun_path, "socket");
  int server = socket(AF_UNIX, SOCK_STREAM, 0), client = socket(AF_UNIX, SOCK_STREAM, 0);
  CALL(connect(client, (void *)&name, sizeof name));
  CALL(bind(server, (void *)&name, sizeof name));
  CALL(bind(server, (void *)&name, sizeof name));
  CALL(bind(client, (void *)&name, sizeof name));
  CALL(stat("socket", &st));
  NUMBER(st.st_mode);
  CALL(open("socket", O_RDWR));
  CALL(connect(client, (void *)&name, sizeof name));
  CALL(listen(server, 1));
  CALL(connect(client, (void *)&name, sizeof name));
  struct ucred peer;
  socklen_t length = sizeof peer;
  CALL(getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &length));
  TRUE(peer.pid == getpid() && peer.uid == getuid());
  int accepted = accept(server, NULL, NULL);
  TRUE(accepted >= 0);
  CALL(rename("socket", "moved"));
  int other = socket(AF_UNIX, SOCK_STREAM, 0);
  CALL(connect(other, (void *)&name, sizeof name));
  strcpy(name.sun_path, "moved");
  CALL(connect(other, (void *)&name, sizeof name));
  CALL(close(server));
  CALL(access("moved", F_OK));
  close(other);
  other = socket(AF_UNIX, SOCK_STREAM, 0);
  CALL(connect(other, (void *)&name, sizeof name));
  CALL(unlink("moved"));
  CALL(connect(other, (void *)&name, sizeof name));
  strcpy(name.sun_path, "fifo");
  CALL(connect(other, (void *)&name, sizeof name));
  strcpy(name.sun_path, "missing/socket");
  CALL(bind(other, (void *)&name, sizeof name));
  CALL(unlink("fifo"));
}

static void credentials(void) {
  int pair[2], on = 1;
  CALL(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
  CALL(setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
  CALL(send(pair[0], "abc", 3, 0));
  char buffer[8], control[64];
  struct iovec part = {buffer, sizeof buffer};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  CALL(recvmsg(pair[1], &message, 0));
  NUMBER(message.msg_controllen);
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  TRUE(header != NULL);
  NUMBER(header->cmsg_type);
  struct ucred *who = (void *)CMSG_DATA(header);
  TRUE(who->pid == getpid() && who->uid == getuid() && who->gid == getgid());
  CALL(send(pair[0], "defg", 4, 0));
  message.msg_controllen = 0;
  CALL(recvmsg(pair[1], &message, 0));
  NUMBER(message.msg_flags);
  CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  fflush(stdout);
  if (fork() == 0) {
    write(pair[0], "one", 3);
    usleep(30000);
    write(pair[0], "two", 3);
    _exit(0);
  }
  char whole[6];
  CALL(recv(pair[1], whole, 6, MSG_WAITALL));
  wait(NULL);
  struct timeval time = {0, 20000};
  CALL(setsockopt(pair[1], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time));
  CALL(recv(pair[1], whole, 6, 0));
  CALL(read(pair[1], whole, 6));
}

static void exchange(void) {
  int fd = open("one", O_CREAT | O_WRONLY, 0600);
  write(fd, "1", 1);
  close(fd);
  CALL(mkdir("two", 0700));
  CALL(renameat2(AT_FDCWD, "one", AT_FDCWD, "two", RENAME_EXCHANGE));
  struct stat st;
  CALL(stat("one", &st));
  TRUE(S_ISDIR(st.st_mode));
  CALL(stat("two", &st));
  NUMBER(st.st_size);
  CALL(renameat2(AT_FDCWD, "one", AT_FDCWD, "three", RENAME_EXCHANGE));
  CALL(renameat2(AT_FDCWD, "one", AT_FDCWD, "two", RENAME_EXCHANGE | RENAME_NOREPLACE));
  CALL(renameat2(AT_FDCWD, "two", AT_FDCWD, "one", RENAME_NOREPLACE));
  CALL(renameat2(AT_FDCWD, "two", AT_FDCWD, "one/two", RENAME_EXCHANGE));
  CALL(rmdir("one"));
  CALL(unlink("two"));
}

static void nameless(void) {
  int fd = open(".", O_TMPFILE | O_RDWR, 0600);
  TRUE(fd >= 0);
  CALL(write(fd, "hidden", 6));
  char buffer[8];
  CALL(pread(fd, buffer, 8, 0));
  struct stat st;
  CALL(fstat(fd, &st));
  NUMBER(st.st_nlink);
  NUMBER(st.st_size);
  CALL(open(".", O_TMPFILE | O_RDONLY, 0600));
  CALL(open("missing", O_TMPFILE | O_RDWR, 0600));
  CALL(close(fd));
}

static void ranges(void) {
  for (int fd = 20; fd < 30; fd++) dup2(1, fd);
  CALL(close_range(22, 24, 0));
  CALL(fcntl(22, F_GETFD));
  CALL(fcntl(25, F_GETFD));
  CALL(close_range(25, 26, CLOSE_RANGE_CLOEXEC));
  CALL(fcntl(25, F_GETFD));
  CALL(fcntl(27, F_GETFD));
  CALL(close_range(5, 4, 0));
  CALL(close_range(5, 6, 99));
  CALL(close_range(20, ~0u, 0));
  CALL(fcntl(29, F_GETFD));
}

int main(void) {
  fifos();
  sockets();
  credentials();
  exchange();
  nameless();
  ranges();
  return 0;
}
