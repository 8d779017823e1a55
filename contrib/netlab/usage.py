"""What running processes take: processor time and memory, from /proc."""

import os
from pathlib import Path


def tree(pid):
    """The process and all that it started."""
    pids = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            pids += tree(int(child))
    return pids


def cpu_seconds(pid):
    """Processor time of the process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid, name="VmHWM"):
    """A figure of /proc/PID/status in megabytes (10^6 bytes): VmHWM is the most that was resident, VmRSS what is."""
    return _megabytes(f"/proc/{pid}/status", name)


def proportional_mb(pid):
    """What is resident now, pages that others share counted by their share (PSS), in megabytes."""
    return _megabytes(f"/proc/{pid}/smaps_rollup", "Pss")


def reset_peak(pid):
    """VmHWM counts from now on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _megabytes(path, name):
    for line in Path(path).read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024 / 1e6
    raise KeyError(name)
