#!/usr/bin/env python3
"""README's two tables of the wire out of bench_wire's lines: bench_wire all | tests/bench/wire_table.py"""
import json
import sys


def told(ratio, goal):
    """A missed goal stands out."""
    text = f"{ratio:.2f}"
    return f"**{text}**" if goal is not None and round(ratio, 2) > goal else text


def press_row(row, alive_p99):
    goals = (1.05, 1.15) if row["dead"] == 0 else (None, None)
    against = ""
    if row["dead"] > 0 and alive_p99:
        against = told(row["p99_ms"] / alive_p99, 1.3)
    return (
        f"| {row['devices']} | {row['baud']:,} | {row['dead']} "
        f"| {row['p50_ms']:.1f} | {row['ideal_p50_ms']:.1f} | {told(row['ratio_p50'], goals[0])} "
        f"| {row['p99_ms']:.1f} | {row['ideal_p99_ms']:.1f} | {told(row['ratio_p99'], goals[1])} | {against} "
        f"| {row['reported_p50']:.2f}, {row['reported_p99']:.2f} "
        f"| {row['order_p50']:.2f}, {row['order_p99']:.2f} | {100 * row['wire_used']:.1f} % | {row['inside_t35']} "
        f"| {row['peer_p50_ms']:.0f}, {row['peer_p99_ms']:.0f} |"
    )


def main():
    rows = [json.loads(line) for line in sys.stdin if line.startswith("{")]
    presses = [row for row in rows if row["bench"] == "wire"]
    presses.sort(key=lambda row: (row["baud"], row["devices"], row["dead"]))
    alive = {(row["baud"], row["devices"]): row["p99_ms"] for row in presses if row["dead"] == 0}
    print("| devices | baud | dead | p50 | ideal | ratio | p99 | ideal | ratio | p99 to all alive | to the report | schedule alone | wire used "
          "| inside t3.5 | bare loop |")
    print("|" + "---|" * 15)
    for row in presses:
        print(press_row(row, alive.get((row["baud"], row["devices"]))))
    print("\n| what | seen | goal |\n|---|---|---|")
    for row in rows:
        if row["bench"] == "image":
            dead = f", {row['dead']} dead" if row["dead"] else ""
            begun = told(row["begun_p99_ms"], row["goal_ms"])
            print(f"| a call's image until its write begins, p99 (whole in the device: p50, p99), {row['devices']} devices"
                  f"{dead}, {row['baud']:,} baud, in ms | {begun} ({row['there_p50_ms']:.1f}, {row['there_p99_ms']:.1f}) "
                  f"| {row['goal_ms']:.2f}: an exchange, t3.5 and 2 ms |")
        elif row["bench"] == "board":
            p99 = told(row["p99_ms"], row["goal_ms"])
            print(f"| press to the board's new text, {row['terminals']} terminals and {row['boards']} boards, {row['baud']:,} "
                  f"baud: p50, p99, in ms | {row['p50_ms']:.0f}, {p99} | {row['goal_ms']} |")
        elif row["bench"] == "cost":
            print(f"| processor of 1,000 exchanges against a bare libmodbus loop, {row['baud']:,} baud "
                  f"| {row['ours_ms']:.0f} ms to {row['peer_ms']:.0f}: {told(row['ratio'], row['goal'])}; to the same loop at "
                  f"the bus's priority, {row['realtime_ms']:.0f}: {told(row['realtime_ratio'], row['goal'])} "
                  f"| {row['goal']} |")
    late = sorted(row["late_us"] for row in rows if "late_us" in row)
    if late:
        p50, p99 = late[len(late) // 2]
        print(f"\nOn that machine a thread that sleeps as a master does woke {p50} us late at the median and {p99} us at p99 "
              f"(the middle row).")


if __name__ == "__main__":
    main()
