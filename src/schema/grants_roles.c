#include "schema/grants_roles.h"

#include <string.h>

const grants_role grants_roles[GRANTS_ROLE_COUNT] = {
    {GRANTS_ROLE_OWNER, "Owns the schemas and the tables.", {NULL}, NULL},
    {GRANTS_ROLE_API, "Owns the functions and the views; may only what grants.conf lists.", {NULL}, NULL},
    {GRANTS_ROLE_MIGRATOR,
     "Installs modules: may act as the two owning roles.",
     {GRANTS_ROLE_OWNER, GRANTS_ROLE_API},
     NULL},
    {"data_writer", "Loads market data and registers what it is about.", {NULL}, NULL},
    {"executor", "Sends orders to venues and records what becomes of them.", {NULL}, NULL},
    {"risk", "Reads the book; may change what a bot is to do, and no more.", {NULL}, NULL},
    {"manager",
     "Opens accounts, starts and ends runs, records equity; market data through views.",
     {NULL},
     NULL},
    {"bot", "One bot: its own state, its own orders and positions.", {NULL}, NULL},
    {"lab_reader", "Research: reads market data and the book, writes nothing.", {NULL}, NULL},
    {"drift_reader",
     "Compares: reads the installer's memory and the catalogs, writes nothing.",
     {NULL},
     NULL},
    {"app", "The product: reads through functions that check the account.", {NULL}, NULL},
    {"agent", "An automated agent: less than the product.", {NULL}, NULL},
    {"audit", "Reads the audit log and the facts it speaks of.", {NULL}, NULL},
    {"monitor", "Watches the server and how far things have come.", {NULL}, "pg_monitor"},
    {"backup", "Dumps everything, writes nothing.", {NULL}, "pg_read_all_data"},
    {"console", "The operator's page: views and functions that read.", {NULL}, NULL},
    {"relay", "Reads the event log and delivers it.", {NULL}, NULL},
    {"worker", "Claims jobs, runs them and says what became of them.", {NULL}, NULL},
};

bool grants_role_known(const char *kind)
{
    for (size_t i = 0; i < GRANTS_ROLE_COUNT; i++)
        if (strcmp(grants_roles[i].kind, kind) == 0)
            return true;
    return false;
}
