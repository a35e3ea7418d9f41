#include "cmd/detach.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOG_BYTES_MAX ((off_t)8 << 20)

/* Reads the status that the background process sends, until it closes its end. */
static dbk_err *wait_for_status(int ready_fd, int signal_fd, pid_t child, int *exit_status)
{
    int status = -1;
    for (;;) {
        struct pollfd fds[] = {{.fd = ready_fd, .events = POLLIN}, {.fd = signal_fd, .events = POLLIN}};
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return err_errno(errno, "could not wait for the background process");
        if (fds[1].revents & POLLIN) {
            struct signalfd_siginfo info;
            if (read(signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
                (void)kill(child, SIGTERM);
        }
        if (!(fds[0].revents & (POLLIN | POLLHUP)))
            continue;
        unsigned char byte;
        ssize_t got = read(ready_fd, &byte, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        status = byte;
    }
    if (status < 0)
        return err_new(ERR_INTERNAL, "the background process ended without saying why");
    *exit_status = status;
    return NULL;
}

static dbk_err *wait_as_parent(int ready_fd, pid_t child, int *exit_status)
{
    sigset_t stops, before;
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stops, &before);
    int signal_fd = signalfd(-1, &stops, SFD_CLOEXEC);
    dbk_err *e = signal_fd < 0 ? err_errno(errno, "could not watch for signals")
                               : wait_for_status(ready_fd, signal_fd, child, exit_status);
    if (signal_fd >= 0)
        close(signal_fd);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return e;
}

dbk_err *detach_start(detach *d, bool *is_parent, int *exit_status)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(errno, "could not make a pipe");
    pid_t child = fork();
    if (child < 0) {
        dbk_err *e = err_errno(errno, "could not make a background process");
        close(ends[0]);
        close(ends[1]);
        return e;
    }
    if (child == 0) {
        close(ends[0]);
        (void)setsid();
        d->ready_fd = ends[1];
        *is_parent = false;
        return NULL;
    }
    close(ends[1]);
    dbk_err *e = wait_as_parent(ends[0], child, exit_status);
    close(ends[0]);
    *is_parent = true;
    return e;
}

static void send_status(detach *d, int exit_status)
{
    unsigned char byte = (unsigned char)exit_status;
    while (write(d->ready_fd, &byte, 1) < 0 && errno == EINTR)
        ;
}

dbk_err *detach_ready(detach *d)
{
    if (d->ready_fd < 0)
        return NULL;
    int log_fd = open(d->log_path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (log_fd < 0)
        return err_errno(errno, "could not write to %s", d->log_path);
    int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null_fd < 0 || dup2(null_fd, STDIN_FILENO) < 0 || dup2(log_fd, STDOUT_FILENO) < 0 ||
        dup2(log_fd, STDERR_FILENO) < 0) {
        dbk_err *e = err_errno(errno, "could not move the output to %s", d->log_path);
        close(log_fd);
        if (null_fd >= 0)
            close(null_fd);
        return e;
    }
    close(null_fd);
    d->log_fd = log_fd;
    send_status(d, 0);
    close(d->ready_fd);
    d->ready_fd = -1;
    return NULL;
}

/* The file is copied and emptied, not renamed, because the daemons write to it too; they append, so they go
 * on at its new end. What is written between the two calls is lost, which a message file can bear. */
static void rotate(detach *d, off_t size)
{
    char older[4096];
    int length = snprintf(older, sizeof(older), "%s.1", d->log_path);
    if (length < 0 || (size_t)length >= sizeof(older))
        return;
    int fd = open(older, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return;
    off_t at = 0;
    while (at < size && sendfile(fd, d->log_fd, &at, (size_t)(size - at)) > 0)
        ;
    close(fd);
    (void)!ftruncate(d->log_fd, 0);
}

void detach_tick(detach *d)
{
    struct stat st;
    if (d->log_fd >= 0 && fstat(d->log_fd, &st) == 0 && st.st_size > LOG_BYTES_MAX)
        rotate(d, st.st_size);
}

void detach_end(detach *d, int exit_status)
{
    /* ready_fd stays open: the caller is released when this process has said what it has to say and is gone.
     */
    if (d->ready_fd >= 0)
        send_status(d, exit_status);
    if (d->log_fd >= 0)
        close(d->log_fd);
    d->log_fd = -1;
}
