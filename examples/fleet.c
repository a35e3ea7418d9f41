#include "fleet.h"

#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#define LOOK_EVERY_NS 100000000L

static volatile sig_atomic_t stop_signal;
static bool failed;

static void on_signal(int number)
{
    stop_signal = number;
}

bool fleet_stops(void)
{
    return stop_signal != 0;
}

bool fleet_failed(void)
{
    return failed;
}

void fleet_pause(void)
{
    nanosleep(&(struct timespec){.tv_nsec = LOOK_EVERY_NS}, NULL);
}

void fleet_say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

bool fleet_ok(fleet *f, dbk_err *e)
{
    if (!e)
        return true;
    fprintf(stderr, "%s: %s\n", f->name, dbk_err_message(e));
    if (dbk_err_hint(e))
        fprintf(stderr, "  hint: %s\n", dbk_err_hint(e));
    failed = failed || !dbk_err_retryable(e);
    dbk_err_free(e);
    return false;
}

bool fleet_open(fleet *f, int argc, char **argv, const char *program)
{
    static const struct option options[] = {{"url", required_argument, NULL, 'u'},
                                            {"account", required_argument, NULL, 'a'},
                                            {"name", required_argument, NULL, 'n'},
                                            {NULL, 0, NULL, 0}};
    dbk_open_options open = {.size = sizeof(open), .program = program};
    const char *account = NULL;
    *f = (fleet){.name = NULL};
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 'u')
            open.url = optarg;
        else if (option == 'a')
            account = optarg;
        else if (option == 'n')
            f->name = optarg;
        else
            return false;
    }
    if (!account || !f->name || optind < argc) {
        fprintf(stderr, "usage: %s [--url URL] --account UUID --name NAME\n", program);
        return false;
    }
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    open.actor = f->name;
    return fleet_ok(f, dbk_uuid_parse(account, &f->account_id)) && fleet_ok(f, dbk_open(&open, &f->book));
}
