/*
 * Terminfo: see terminfo.h. No state.
 */
#include "klientel/tty/terminfo.h"

#include <curses.h>
#include <term.h>

bool terminfo_has(const char *type, int fd)
{
    int error;
    if (setupterm(type, fd, &error) != OK)
        return false;
    del_curterm(cur_term);
    return true;
}
