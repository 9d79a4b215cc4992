#include "controller/tools/hallq_sim.h"

#include "devices/sim/control.h"

void hallq_sim_print_help(FILE *out) {
    fprintf(
        out,
        "hallq-sim -c FILE [options]: the simulated hall on the ports of the config's buses\n"
        "  -c, --config FILE    hallq.jsonc\n"
        "      --speed N        people and voices N times faster (1..%d, default 1), not the wire\n"
        "      --seed S         what is drawn (default 1)\n"
        "      --people N|off   citizens in a busy hour (default %d a window)\n"
        "      --citizens N         no more than N arrive in all\n"
        "      --hearing PERCENT    so many of them go by what is spoken alone (default 0)\n"
        "      --for SECONDS    ends by itself\n"
        "      --start HH:MM    people's time of day at the start (default 09:00)\n"
        "      --pin N          staff type it before they sign in, where each was given it\n"
        "      --faults LIST    lost=20,mangled=10,late=3@400 in percent of requests; drawn: by "
        "seed\n"
        "      --answer-us N    a device's time before it answers (default %d)\n"
        "      --speak-ms N     a voice's time for a character, at --speed 1 (default %d)\n"
        "      --instant        no wire time and no answer delay\n"
        "      --strict         requests that begin inside t3.5 are not heard\n"
        "      --control        obeys lines on stdin, ends with it:\n%s"
        "key codes of press:\n"
        "  terminal   1 NEXT, 2 RECALL, 3 NO_SHOW, 4 PAUSE, 5 RESUME, 6 TRANSFER, 7 DONE,\n"
        "             8 INVITE, 9 SIGN_IN, 10 SIGN_OUT, 11 CALL, 12 START, 13 HELP, 14 HOLD,\n"
        "             15 UNHOLD, 16 UNDO, 17 PIN\n"
        "  dispenser  257 the first ticket key, 258 the second, ... 288; 512 check-in\n"
        "  keypad     1..5 the grade, 17..24 the reasons 1..8\n",
        SPEED_MAX, PER_WINDOW, ANSWER_US, SPEAK_MS, SIM_CONTROL_HELP);
}
